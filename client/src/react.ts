// React's view of a client. The client lives outside: one for the page, made once.
import {
    createContext,
    createElement,
    Fragment,
    useContext,
    useEffect,
    useMemo,
    useState,
    useSyncExternalStore,
    type ReactNode,
} from 'react';

import type { Client } from './client.js';
import type { SessionState, User } from './types.js';

interface Shared {
    client: Client<any>;
    /** Until the gateway has been asked. */
    first: SessionState<any> | undefined;
}

const Context = createContext<Shared | undefined>(undefined);

function useShared(): Shared {
    const shared = useContext(Context);
    if (!shared) throw new Error('There is no <ClocheProvider> around this component.');
    return shared;
}

export interface ClocheProviderProps<U = User> {
    client: Client<U>;
    /**
     * What the server that renders the page knows of the person, so that its HTML need not wait for the
     * browser to ask. It holds until the gateway has answered.
     */
    initial?: { status: 'signed_in'; user: U } | { status: 'signed_out' };
    children?: ReactNode;
}

/** Gives a client to what is inside, and has the gateway asked once the page is alive. */
export function ClocheProvider<U = User>(props: ClocheProviderProps<U>): ReactNode {
    const { client, initial, children } = props;
    const [first] = useState(
        // The epoch is the one that the client gives to the first person it hears of.
        () =>
            initial && {
                user: undefined,
                reason: 'loading',
                error: undefined,
                epoch: 1,
                ...initial,
            },
    );
    // Even if no component reads the state. Effects do not run on a server.
    useEffect(() => client.onChange(() => {}), [client]);
    const shared = useMemo(() => ({ client, first }) as Shared, [client, first]);
    return createElement(Context.Provider, { value: shared }, children);
}

/** The client, for `login`, `logout` and `fetch`. */
export function useClient<U = User>(): Client<U> {
    return useShared().client;
}

/** What the page knows of the session. Renders again when that changes, and at no other time. */
export function useSession<U = User>(): SessionState<U> {
    const { client, first } = useShared();
    const now = () => (first && client.state.reason === 'loading' ? first : client.state);
    return useSyncExternalStore<SessionState<U>>(client.onChange, now, () => first ?? client.state);
}

export interface SignedInProps<U = User> {
    children?: ReactNode | ((user: U) => ReactNode);
}

/**
 * Shows its children to a person who is signed in. When somebody else signs in, they are made anew: no
 * state of theirs passes from one person to the next.
 */
export function SignedIn<U = User>({ children }: SignedInProps<U>): ReactNode {
    const state = useSession<U>();
    if (state.status !== 'signed_in') return null;
    const shown = typeof children === 'function' ? children(state.user) : children;
    return createElement(Fragment, { key: state.epoch }, shown);
}

/** Shows its children to a person who is not signed in. While nobody knows, neither of the two shows anything. */
export function SignedOut({ children }: { children?: ReactNode }): ReactNode {
    return useSession().status === 'signed_out' ? children : null;
}
