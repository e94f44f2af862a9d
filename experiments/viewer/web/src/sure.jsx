/* A press that is asked about once more, since it cannot be taken back. */

import { useState } from "preact/hooks";

/** A button for what cannot be taken back: it asks once more. */
export function Sure({ words, ask, onSure }) {
  const [asked, setAsked] = useState(false);
  if (!asked) {
    return (
      <button type="button" class="button" onClick={() => setAsked(true)}>
        {words}
      </button>
    );
  }
  const answer = (sure) => {
    setAsked(false);
    if (sure) onSure();
  };
  return (
    <span class="sure" role="group" aria-label={words}>
      {ask}{" "}
      <button type="button" class="button main" ref={(button) => button?.focus()} onClick={() => answer(true)}>
        Yes
      </button>{" "}
      <button type="button" class="button" onClick={() => answer(false)}>
        No
      </button>
    </span>
  );
}
