// The code of a scanned QR stands after "#", so that no network and no log ever saw it. Put it where it would be typed.
const field = document.querySelector("#id_code");
const code = decodeURIComponent(location.hash.slice(1));
if (field && code) {
  history.replaceState(null, "", location.pathname);
  field.value = code;
  document.querySelector("#pair-scanned").hidden = false;
  document.querySelector("#pair-typed").hidden = true;
}
