# syntax=docker/dockerfile:1
# One image for web, worker, beat and the one-shot migration: the same code, other commands.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1
WORKDIR /app
# The lock alone first: a change of the code then leaves this layer as it is.
COPY requirements-uv.txt requirements.txt ./
RUN python -m venv /opt/uv \
    && /opt/uv/bin/pip install --require-hashes -r requirements-uv.txt \
    && python -m venv --without-pip /opt/venv \
    && /opt/uv/bin/uv pip install --python /opt/venv/bin/python --compile-bytecode \
       --require-hashes -r requirements.txt
COPY . .
RUN /opt/venv/bin/python tools/messages.py compile \
    && SECRET_KEY=only-while-building STATIC_ROOT=/app/static-collected \
       /opt/venv/bin/python manage.py collectstatic --no-input \
    && /opt/venv/bin/python -m compileall -q conference schedule registration certificates


FROM python:3.11-slim-bookworm
# Pango draws the PDF files; harfbuzz-subset makes them small and quick.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --home-dir /nonexistent congress \
    && install -d -o congress -g congress -m 0750 /srv/media /srv/seal
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/app/static-collected MEDIA_ROOT=/srv/media XDG_CACHE_HOME=/tmp
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "tools/is_alive.py"]
# The number of processes is WEB_CONCURRENCY, which gunicorn reads itself.
CMD ["gunicorn", "conference.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--threads", "8", "--max-requests", "2000", "--max-requests-jitter", "200", \
     "--graceful-timeout", "30", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", \
     "--access-logfile", "-"]
