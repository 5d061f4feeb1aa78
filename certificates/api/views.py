from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from certificates.api.serializers import VerificationSerializer
from certificates.queries.certificates import verification_of
from conference.access import PUBLIC


class CertificateVerification(APIView):
    """Whether a certificate is valid, superseded or revoked, and what it says."""

    access = PUBLIC

    @extend_schema(responses=VerificationSerializer)
    def get(self, request: Request, public_id: str) -> Response:  # noqa: ARG002 - the signature
        found = verification_of(public_id)
        if found is None:
            raise Http404
        return Response(
            VerificationSerializer(found).data,
            headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"},
        )
