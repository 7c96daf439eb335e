import { useState } from 'preact/hooks';

/** Code to take away. Where a page may not write to the clipboard it can be selected. */
export function CopiedCode({ title, code }: { title: string; code: string }) {
  const [said, setSaid] = useState('');
  async function copy() {
    try {
      await navigator.clipboard.writeText(code);
      setSaid('Copied');
    } catch {
      setSaid('The browser does not allow it: select the text');
    }
  }
  return (
    <div class="code">
      <p>
        <b>{title}</b>
        <button type="button" class="plain" aria-label={`Copy ${title}`} onClick={() => void copy()}>
          Copy
        </button>
        <span class="quiet" role="status">
          {said}
        </span>
      </p>
      <pre tabIndex={0}>{code}</pre>
    </div>
  );
}
