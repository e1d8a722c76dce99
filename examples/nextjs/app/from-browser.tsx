'use client';
// A client component: asks the API through the gateway's proxy, and leaves the page when the session is over.
import { useEffect, useState } from 'react';

import { useSession, type Client } from './session';

interface Answer {
    status: number;
    body: string;
}

async function ask(client: Client): Promise<Answer> {
    const answer = await client.fetch('/api/proxy/auth/me');
    return { status: answer.status, body: JSON.stringify(await answer.json(), null, 2) };
}

export function FromBrowser() {
    const { client, status } = useSession();
    const [answer, setAnswer] = useState<Answer>();
    const [trouble, setTrouble] = useState('');

    async function askAgain(asked: Client) {
        try {
            setAnswer(await ask(asked));
            setTrouble('');
        } catch {
            setTrouble('There was no answer. Try again in a moment.');
        }
    }
    useEffect(() => {
        if (client && status === 'signed_in') void askAgain(client);
        // Signed out here or in another tab: the guard knows where to go.
        if (status === 'signed_out') window.location.reload();
    }, [client, status]);

    return (
        <section className="card" aria-labelledby="from-browser">
            <h2 id="from-browser">From the browser</h2>
            <p className="quiet">
                A client component fetches <code>/api/proxy/auth/me</code>. The gateway puts the token in place of the cookie.
            </p>
            <noscript>
                <p>Scripting is off here. Everything else on this page works without it.</p>
            </noscript>
            {client && status === 'signed_in' && (
                <button type="button" onClick={() => void askAgain(client)}>
                    Ask again
                </button>
            )}
            <p role="status">{trouble || (answer ? `The API answered ${answer.status}.` : '')}</p>
            {answer && (
                <pre tabIndex={0} role="region" aria-label="The API's answer">
                    {answer.body}
                </pre>
            )}
        </section>
    );
}
