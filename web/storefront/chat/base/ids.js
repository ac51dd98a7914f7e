/** Ids made by this browser: unique without asking anybody, so that a message has its id before it is sent. */

/** 128 random bits in hex; `crypto.randomUUID` is missing on pages served without TLS. */
export function newId(prefix, random = (bytes) => crypto.getRandomValues(bytes)) {
  const bytes = random(new Uint8Array(16));
  return `${prefix}_${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
