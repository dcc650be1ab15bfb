/**
 * Logging in with a passkey, or adding one (WebAuthn). The server asks in JSON, with bytes in base64url; the
 * answer goes back in the same shape, in a form.
 */

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

function asked(options) {
  const wanted = { ...options.publicKey };
  wanted.challenge = toBytes(wanted.challenge);
  if (wanted.user) wanted.user = { ...wanted.user, id: toBytes(wanted.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (wanted[list]) wanted[list] = wanted[list].map((one) => ({ ...one, id: toBytes(one.id) }));
  }
  return { publicKey: wanted };
}

function answered(credential) {
  const { response } = credential;
  const parts = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = toText(response[name]);
  }
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: parts,
  };
}

/** Shows the button of a form and makes it work, in a browser that knows passkeys. */
export function offerPasskey(form) {
  const options = document.getElementById("ll-passkey-options");
  if (!window.PublicKeyCredential || !options) return;
  const status = form.querySelector("[role=status]");
  form.hidden = false;
  form.querySelector("button").addEventListener("click", async () => {
    status.textContent = "";
    try {
      const wanted = asked(JSON.parse(options.textContent));
      const credential = await navigator.credentials[form.dataset.llPasskey](wanted);
      form.elements.credential.value = JSON.stringify(answered(credential));
      form.requestSubmit();
    } catch {
      // Cancelled, too late, or no such passkey here.
      status.textContent = status.dataset.fault;
    }
  });
}
