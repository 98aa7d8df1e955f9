// Sends on what was written when the lock fell, so that nobody has to press once more. Without scripts the button does it.
document.querySelector("form[data-send-on]").requestSubmit();
