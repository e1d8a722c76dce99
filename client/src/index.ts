// What `@cloche/browser` and `/api/auth/client.js` export.
export { createClient } from './client.js';
export { ClocheError } from './errors.js';
export type { Client, ClientOptions } from './client.js';
export type { ErrorCode, GatewayCode } from './errors.js';
export type { Channel, Host, Locks } from './host.js';
export type {
    ApiAnswer,
    Credentials,
    Listener,
    LoginAnswer,
    Reason,
    SessionBody,
    SessionState,
    SessionTimes,
    User,
} from './types.js';
