// The page works without this file except for passkeys and following live. Nothing is loaded from elsewhere.
'use strict';

const text = (value) => new TextEncoder().encode(value);

const joined = (...parts) => {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    bytes.set(part, place);
    place += part.length;
  }
  return bytes;
};

// An SSH string: its length in four bytes, then the bytes.
const string = (bytes) => {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return joined(length, bytes);
};

const base64url = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

// What an SSH signature signs (PROTOCOL.sshsig): computed here from the text that is shown, not given by the server.
const signedBytes = async (namespace, message) => {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-512', text(message)));
  return joined(
    text('SSHSIG'), string(text(namespace)), string(text('')), string(text('sha512')), string(digest));
};

const say = (form, message) => {
  const place = form.querySelector('[data-says]');
  place.textContent = message;
  place.hidden = false;
};

const sign = async (form) => {
  const shown = document.getElementById(form.dataset.shown);
  const message = shown.textContent;
  const credential = await navigator.credentials.get({
    publicKey: {
      challenge: await signedBytes(form.dataset.namespace, message),
      rpId: location.hostname,
      userVerification: 'required',
      allowCredentials: [],
      timeout: 120000,
    },
  });
  form.elements['text'].value = message;
  form.elements['authenticator-data'].value = base64url(credential.response.authenticatorData);
  form.elements['client-data'].value = base64url(credential.response.clientDataJSON);
  form.elements['signature'].value = base64url(credential.response.signature);
};

const register = async (form) => {
  const credential = await navigator.credentials.create({
    publicKey: {
      challenge: crypto.getRandomValues(new Uint8Array(32)),
      rp: { id: location.hostname, name: 'expunged' },
      user: { id: text(form.dataset.user), name: form.dataset.name, displayName: form.dataset.name },
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'none',
      timeout: 120000,
    },
  });
  form.elements['public-key'].value = base64url(credential.response.getPublicKey());
};

for (const form of document.querySelectorAll('form[data-passkey]')) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = event.submitter;
    if (button) button.disabled = true;
    try {
      if (!window.PublicKeyCredential) throw new Error(form.dataset.none);
      if (form.dataset.passkey === 'create') await register(form);
      else await sign(form);
      form.submit();
    } catch (error) {
      // The browser's own words name no person; a refusal of the visitor is the usual one.
      say(form, error.name === 'NotAllowedError' ? form.dataset.declined : error.message);
      if (button) button.disabled = false;
    }
  });
}

// What is wrong is said above the form; the field that it is about is marked, is described by it, and has the keyboard.
const wrong = document.querySelector('.problem[data-field]');
if (wrong) {
  const fields = document.querySelectorAll(`main form [name="${CSS.escape(wrong.dataset.field)}"]:not([type=hidden])`);
  const field = [...fields].find((one) => one.checkVisibility());
  if (field) {
    wrong.id = 'wrong';
    field.setAttribute('aria-invalid', 'true');
    field.setAttribute('aria-describedby', 'wrong');
    field.focus();
  }
}

// Following live: the server says that something happened, and the parts of the page that show it are fetched anew.
const live = document.querySelector('[data-follow]');
if (live && window.EventSource) {
  let busy = false;
  let again = false;
  const refresh = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    let answer;
    try {
      answer = await fetch(location.href, { credentials: 'same-origin' });
    } catch (error) {
      // The connection is gone: what follows says so, and begins again by itself.
    }
    if (answer && answer.ok && !answer.redirected) {
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
      for (const part of document.querySelectorAll('[data-live]')) {
        const other = fresh.getElementById(part.id);
        // What has the keyboard's focus stays as it is.
        if (other && !part.contains(document.activeElement)) part.replaceChildren(...other.childNodes);
      }
    }
    busy = false;
    if (again) {
      again = false;
      await refresh();
    }
  };
  const says = document.getElementById('live-says');
  const tell = (sentence) => {
    if (says) says.textContent = sentence;
  };
  const events = new EventSource(live.dataset.follow);
  events.addEventListener('open', () => tell(live.dataset.following));
  events.addEventListener('error', () => {
    tell(events.readyState === EventSource.CLOSED ? live.dataset.over : live.dataset.lost);
  });
  events.addEventListener('changed', (event) => {
    tell(event.data);
    refresh();
  });
  // The server has no more to say: asking again would not help.
  events.addEventListener('over', (event) => {
    events.close();
    tell(event.data);
  });
}
