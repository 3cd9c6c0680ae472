import { useClient, useConnection } from '@callsheet/sdk-browser/react';
import { useState } from 'react';

/** Says that the gateway is away, while it is. The client dials again by itself; who does not want to wait for that dials now. */
export function Away({ isMaking }: { readonly isMaking: boolean }) {
  const client = useClient();
  const isAway = useConnection() === 'reconnecting';
  const [trying, setTrying] = useState(false);
  const [triedAt, setTriedAt] = useState('');
  if (!isAway) {
    if (triedAt) setTriedAt('');
    return null;
  }

  async function tryAgain() {
    setTrying(true);
    await client.connect().catch(() => setTriedAt(new Date().toLocaleTimeString()));
    setTrying(false);
  }

  return (
    <div className="away" role="status">
      <p>
        The gateway is away; {isMaking ? 'your video goes' : 'you can go'} on when it is back.
        {triedAt && ` Tried at ${triedAt}.`}
      </p>
      <button type="button" className="quiet" disabled={trying} onClick={() => void tryAgain()}>
        Try again
      </button>
    </div>
  );
}
