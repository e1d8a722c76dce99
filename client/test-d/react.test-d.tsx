// What a page may write with React, and what the compiler must refuse.
import { createClient, type Client, type SessionState } from '@cloche/browser';
import { ClocheProvider, SignedIn, SignedOut, useClient, useSession } from '@cloche/browser/react';

interface Person {
    fullName: string;
}
const client = createClient<Person>();

function Name() {
    const session: SessionState<Person> = useSession<Person>();
    const same: Client<Person> = useClient<Person>();
    void same;
    return <b>{session.status === 'signed_in' ? session.user.fullName : '?'}</b>;
}

export const good = (
    <ClocheProvider client={client} initial={{ status: 'signed_in', user: { fullName: 'Zoe' } }}>
        <SignedIn>
            <Name />
        </SignedIn>
        <SignedIn<Person>>{(user) => user.fullName}</SignedIn>
        <SignedOut>
            <a href="/auth/login">Sign in</a>
        </SignedOut>
    </ClocheProvider>
);

export const bad = [
    // @ts-expect-error a client is needed
    <ClocheProvider />,
    // @ts-expect-error the server's user is the client's
    <ClocheProvider client={client} initial={{ status: 'signed_in', user: { name: 'Zoe' } }} />,
    // @ts-expect-error who is signed in has a name
    <ClocheProvider client={client} initial={{ status: 'signed_in' }} />,
    // @ts-expect-error there is no user to give
    <SignedOut>{(user: Person) => user.fullName}</SignedOut>,
    // @ts-expect-error no such member
    <SignedIn<Person>>{(user) => user.name}</SignedIn>,
];
