'use client';
// The browser client as the gateway serves it, as a hook. There is nothing to install, and it always fits the gateway; an
// application that has @cloche/browser as a package takes its React hooks in place of this file.
import { useEffect, useState } from 'react';

export interface Client {
    /** The browser's fetch, with what the gateway wants of a request from a page. */
    fetch: typeof fetch;
    /** Calls `listener` now and at every change; returns what ends that. */
    onChange(listener: (state: { status: Status }) => void): () => void;
}

type Status = 'unknown' | 'signed_in' | 'signed_out';

const address = '/api/auth/client.js';
let loading: Promise<Client> | undefined;

/** One client for the page, loaded when it is first asked for. */
function load(): Promise<Client> {
    loading ??= import(/* webpackIgnore: true */ /* turbopackIgnore: true */ address).then(
        (module: { createClient(): Client }) => module.createClient(),
    );
    return loading;
}

/** Who is signed in, as far as the page knows. It stays signed in for as long as somebody looks at it. */
export function useSession(): { client?: Client; status: Status } {
    const [session, setSession] = useState<{ client?: Client; status: Status }>({ status: 'unknown' });
    useEffect(() => {
        let leave = () => {};
        let gone = false;
        void load().then((client) => {
            if (!gone) leave = client.onChange(({ status }) => setSession({ client, status }));
        });
        return () => {
            gone = true;
            leave();
        };
    }, []);
    return session;
}
