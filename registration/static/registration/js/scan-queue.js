// Scans that the server has not answered yet. They are written down before they are sent, and sent
// again under the same identifier until they are answered: the server counts each once.
const PATIENCE_MS = 6000;
const REFUSED_FOR_GOOD = [400, 409, 413];
const LOCKED_OUT = [401, 403, 404];

// Not `crypto.randomUUID` alone: browsers offer it on secure addresses only.
const newIdentifier = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

export class ScanQueue {
  #sending = new Set();

  constructor(name, address, csrfToken) {
    this.name = name;
    this.address = address;
    this.csrfToken = csrfToken;
  }

  get entries() {
    try {
      return JSON.parse(localStorage.getItem(this.name)) ?? [];
    } catch {
      return []; // no storage: scans are still sent, only not kept
    }
  }

  get size() {
    return this.entries.length;
  }

  #keep(entries) {
    try {
      localStorage.setItem(this.name, JSON.stringify(entries));
    } catch {
      // full or forbidden: see above
    }
  }

  add(scan) {
    const entry = { ...scan, client_uid: newIdentifier(), scanned_at: new Date().toISOString() };
    this.#keep([...this.entries, entry]);
    return entry;
  }

  #forget(entry) {
    this.#keep(this.entries.filter((other) => other.client_uid !== entry.client_uid));
  }

  // answered, refused (never to be sent again), locked_out or unsent (both kept).
  async send(entry) {
    this.#sending.add(entry.client_uid);
    try {
      const response = await fetch(this.address, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrfToken },
        body: JSON.stringify(entry),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (LOCKED_OUT.includes(response.status)) return { kind: "locked_out" };
      if (!response.ok && !REFUSED_FOR_GOOD.includes(response.status)) return { kind: "unsent" };
      const body = await response.json();
      this.#forget(entry);
      return { kind: response.ok ? "answered" : "refused", body };
    } catch {
      return { kind: "unsent" };
    } finally {
      this.#sending.delete(entry.client_uid);
    }
  }

  async sendAll() {
    for (const entry of this.entries) {
      if (this.#sending.has(entry.client_uid)) continue;
      const { kind } = await this.send(entry);
      if (kind === "unsent" || kind === "locked_out") return;
    }
  }
}
