// What a page may write against the client, and what the compiler must refuse. Checked against dist/types.
import {
    ClocheError,
    createClient,
    type Client,
    type ErrorCode,
    type Reason,
    type SessionBody,
    type SessionState,
    type User,
} from '@cloche/browser';

/** Compiles only if both are the same type. */
type Same<A, B> =
    (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function expectSame<A, B>(_same: Same<A, B>): void {}

interface Person {
    id: number;
    fullName: string;
}

const plain = createClient();
expectSame<typeof plain, Client<User>>(true);
expectSame<User, Record<string, unknown>>(true);

const client = createClient<Person>({ base: '/gate', fetch: globalThis.fetch });
expectSame<typeof client.fetch, typeof fetch>(true);

// The user is there exactly when somebody is signed in.
const { state } = client;
if (state.status === 'signed_in') expectSame<typeof state.user, Person>(true);
if (state.status === 'signed_out') expectSame<typeof state.user, undefined>(true);
if (state.status === 'unknown') expectSame<typeof state.user, undefined>(true);
// @ts-expect-error not known yet whether there is a user
state.user.fullName;
// @ts-expect-error no such status
if (state.status === 'loading') void 0;
// @ts-expect-error the state is the client's to change
state.status = 'signed_out';
// @ts-expect-error and so is the member
client.state = state;
expectSame<typeof state.reason, Reason>(true);
expectSame<typeof state.error, ClocheError | undefined>(true);

const stop: () => void = client.onChange((now) => {
    expectSame<typeof now, SessionState<Person>>(true);
});
stop();
// @ts-expect-error a listener gets one state, not two
client.onChange((_now: SessionState<Person>, _before: SessionState<Person>) => {});

async function calls(): Promise<void> {
    const answer = await client.login({ email: 'e', password: 'p', remember: true });
    expectSame<typeof answer.session.expires_in, number>(true);
    expectSame<typeof answer.message, string | undefined>(true);
    // @ts-expect-error not a string
    await client.login({ email: 1 });
    // @ts-expect-error nothing to sign in with
    await client.login();
    await client.register({ fullName: 'f', email: 'e', password: 'p' });
    await client.verify({ token: 't', email: 'e' });
    // @ts-expect-error the link has both
    await client.verify({ token: 't' });
    await client.logout();

    const body = await client.session();
    expectSame<typeof body, SessionBody<Person>>(true);
    expectSame<typeof body, Awaited<ReturnType<typeof client.refresh>>>(true);
    if (body.authenticated) {
        expectSame<typeof body.user, Person>(true);
        expectSame<typeof body.session.refresh_in, number | undefined>(true);
    } else {
        // @ts-expect-error nobody is there
        body.user;
    }
    client.close();
}
void calls;

function show(error: ClocheError): string {
    const { code, status, fields, retryAfter } = error;
    expectSame<typeof code, ErrorCode>(true);
    expectSame<typeof status, number>(true);
    expectSame<typeof fields, Record<string, string>>(true);
    expectSame<typeof retryAfter, number | undefined>(true);
    // @ts-expect-error read-only
    error.code = 'internal';
    // A newer gateway may say something else, so there is always a default.
    switch (code) {
        case 'refresh_unavailable':
        case 'api_error':
            return error.message;
        default:
            return code;
    }
}
void show;

// @ts-expect-error no such option
createClient({ prefix: '/api/auth' });
// @ts-expect-error a string
createClient({ base: 1 });
