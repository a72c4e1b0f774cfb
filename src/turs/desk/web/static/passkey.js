// A passkey or security key: the browser asks its owner, the answer goes with the form. A form says what it wants:
// data-passkey ("create" or "get"), data-options (JSON of the server), data-unsupported and data-refused (words).
"use strict";

(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => {
    const plain = btoa(String.fromCharCode(...new Uint8Array(buffer)));
    return plain.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  // What the server wants, with bytes where it wrote text (WebAuthn, section 5.1.8).
  function wanted(given) {
    const asked = { ...given, challenge: bytes(given.challenge) };
    if (given.user) asked.user = { ...given.user, id: bytes(given.user.id) };
    if (given.excludeCredentials) asked.excludeCredentials = named(given.excludeCredentials);
    if (given.allowCredentials) asked.allowCredentials = named(given.allowCredentials);
    return { publicKey: asked };
  }

  // What the key answered, with text where it gave bytes.
  function answered(key) {
    const given = key.response;
    const response = { clientDataJSON: text(given.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (given[name]) response[name] = text(given[name]);
    }
    if (given.getTransports) response.transports = given.getTransports();
    return {
      id: key.id, rawId: text(key.rawId), type: key.type, response,
      clientExtensionResults: key.getClientExtensionResults(),
    };
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const words = form.querySelector("[data-passkey-words]");
    const button = form.querySelector("button");
    const say = (what) => { words.textContent = what; words.hidden = !what; };
    if (!window.isSecureContext || !window.PublicKeyCredential) {
      say(form.dataset.unsupported);
      button.disabled = true;
      continue;
    }
    form.addEventListener("submit", async (event) => {
      const field = form.elements.credential;
      if (field.value) return;
      event.preventDefault();
      say("");
      button.disabled = true;
      try {
        const options = wanted(JSON.parse(form.dataset.options).publicKey);
        const key = await (form.dataset.passkey === "create" ? navigator.credentials.create(options) : navigator.credentials.get(options));
        field.value = JSON.stringify(answered(key));
        form.submit();
      } catch (problem) {
        say(problem.name === "SecurityError" ? form.dataset.unsupported : form.dataset.refused);
        button.disabled = false;
      }
    });
  }
})();
