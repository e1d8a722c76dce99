// A server component for the signed-in only: the gateway's guard lets nobody else come this far.
import { FromBrowser } from './from-browser';
import { me } from './me';

const day = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' });

export default async function Home() {
    const person = await me();
    return (
        <>
            <section className="card">
                <div className="person">
                    <span className="badge" aria-hidden="true">
                        {[...person.fullName][0]}
                    </span>
                    <div>
                        <h1>{`Hello, ${person.fullName}`}</h1>
                        <p className="quiet">Rendered on the server, with what the API says of you.</p>
                    </div>
                </div>
                <dl>
                    <div>
                        <dt>E-mail</dt>
                        <dd>{person.email}</dd>
                    </div>
                    <div>
                        <dt>Member since</dt>
                        <dd>
                            <time dateTime={person.createdAt}>{day.format(new Date(person.createdAt))}</time>
                        </dd>
                    </div>
                </dl>
                <form method="post" action="/auth/logout">
                    <button type="submit">Sign out</button>
                </form>
            </section>
            <FromBrowser />
        </>
    );
}
