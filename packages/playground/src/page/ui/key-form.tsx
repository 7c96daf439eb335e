import { useState } from 'preact/hooks';
import { type Door, storeKey, storedKey } from '../ask/key.ts';

/** Takes the API key that the gateway wants. It stays in this tab. */
export function KeyForm({ door, onKey }: { door: Door; onKey: () => void }) {
  const [key, setKey] = useState(() => storedKey(door));
  function submit(event: Event) {
    event.preventDefault();
    storeKey(door, key.trim());
    onKey();
  }
  return (
    <form class="key" onSubmit={submit}>
      <label>
        API key
        <input
          type="password"
          autocomplete="off"
          value={key}
          onInput={({ currentTarget }) => setKey(currentTarget.value)}
        />
      </label>
      <button type="submit">Use this key</button>
      <p class="quiet">It is kept in this tab until the tab is closed.</p>
    </form>
  );
}
