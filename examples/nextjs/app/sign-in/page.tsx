// A plain form: it posts to the gateway, which signs in and leads to `next`. No script, no action of the application's own.
import type { Metadata } from 'next';

export const metadata: Metadata = { title: 'Sign in' };

const notices: Record<string, string> = {
    'signed-out': 'You are signed out.',
    'session-ended': 'Your session has ended. Sign in again to go on.',
};

interface Props {
    searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function SignIn({ searchParams }: Props) {
    const { next, notice } = await searchParams;
    const said = typeof notice === 'string' ? notices[notice] : undefined;
    return (
        <>
            <section className="card narrow">
                <h1>Sign in</h1>
                {said && (
                    <p className="notice" role="status">
                        {said}
                    </p>
                )}
                <form method="post" action="/auth/login">
                    {/* The gateway goes nowhere but to a page of this site, whatever stands here. */}
                    {typeof next === 'string' && <input type="hidden" name="next" value={next} />}
                    <label htmlFor="email">E-mail</label>
                    <input
                        id="email"
                        name="email"
                        type="email"
                        autoComplete="username"
                        autoCapitalize="none"
                        spellCheck={false}
                        required
                    />
                    <label htmlFor="password">Password</label>
                    <input id="password" name="password" type="password" autoComplete="current-password" required />
                    <button className="primary" type="submit">
                        Sign in
                    </button>
                </form>
            </section>
            <p className="quiet">
                New here? <a href="/auth/register">Create an account</a>
            </p>
        </>
    );
}
