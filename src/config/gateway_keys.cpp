#include "config/addresses.hpp"
#include "config/keys.hpp"
#include "config/names.hpp"
#include "config/quantities.hpp"

#include <chrono>

namespace cloche::config {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t KiB = 1024;
constexpr std::uint64_t MiB = 1024 * KiB;
// Browsers keep no cookie for longer (RFC 6265bis section 5.5, CK-10).
constexpr milliseconds longest_cookie = 400 * 24h;

void session_keys(section& session, gateway_config& config) {
    gateway::cookie_options& cookies = config.gateway.cookies;
    session.value(
        "mode",
        cookies.mode,
        one_of<gateway::cookie_mode>(
            {{"server", gateway::cookie_mode::server}, {"tokens", gateway::cookie_mode::tokens}}
        ),
        "What the browser holds. `server`: a random id. `tokens`: besides it copies of the two "
        "tokens, for apps behind the gateway that read such cookies."
    );
    session.value(
        "store",
        config.store,
        session_store(),
        "Where sessions are kept. `sqlite`: in the data folder. `postgres://USER@HOST/DATABASE` "
        "and "
        "`redis://HOST:PORT`: where several gateways share them. `memory`: they end with the "
        "process."
    );
    session.value(
        "replicas",
        config.replicas,
        one_of<replica_count>({{"one", replica_count::one}, {"many", replica_count::many}}),
        "How many gateways share the sessions. `many` refuses a store that only one can see."
    );
    std::string keys = "auto";
    session.value(
        "keys",
        keys,
        file_path(),
        "Key ring for tokens at rest. `auto`: `session.keys` in the data folder, made on first "
        "start. Gateways that share sessions share this file."
    );
    config.keys_are_named = keys != "auto";
    config.session_keys = config.keys_are_named ? keys : std::string();
    session.value(
        "absolute",
        config.session.absolute,
        duration_between(1s, longest_cookie),
        "How long a session lasts at most; never beyond the refresh token's own end, where that "
        "is known."
    );
    session.value(
        "idle",
        config.session.idle,
        duration_between(1s, longest_cookie),
        "How long it lasts without being used."
    );
    session.value(
        "same_site",
        cookies.site,
        one_of<cookies::same_site>(
            {{"strict", cookies::same_site::strict}, {"lax", cookies::same_site::lax}}
        ),
        "`SameSite` of the cookies."
    );
    session.value(
        "cookie",
        cookies.session,
        cookie_name(),
        "Name of the cookie with the id. In development `cloche_session`, because browsers "
        "refuse the prefix without https."
    );
    session.value(
        "access_cookie",
        cookies.access,
        cookie_name(),
        "Name of the access token's copy, in `tokens` mode."
    );
    session.value(
        "refresh_cookie",
        cookies.refresh,
        cookie_name(),
        "Name of the refresh token's copy, in `tokens` mode."
    );
}

void frontend_keys(section& root, gateway::frontend_options& options) {
    using kind = gateway::frontend_options::kind;
    root.word_or_group(
        "frontend",
        {"none"},
        "none",
        "What answers every other path: a folder of files, `{ static: DIR }`, or an app behind the "
        "gateway, `{ upstream: URL }`.",
        [](const std::string&) {},
        [&](section& keys) {
            std::vector<std::string> patterns;
            keys.value(
                "upstream",
                options.upstream,
                upstream_url(),
                "The app: a development server, a Next.js server."
            );
            keys.list(
                "guard",
                options.guard,
                path_pattern(),
                "Pages that are not shown signed out: the sign-in page comes instead."
            );
            keys.list(
                "websockets",
                options.websockets,
                path_pattern(),
                "With `upstream`: paths where a WebSocket may be opened. In development, without a "
                "list, all: what a server reloads pages by."
            );
            if (keys.has("upstream")) {
                options.serve = kind::upstream;
                keys.list(
                    "static",
                    options.static_paths,
                    path_pattern(),
                    "With `upstream`: its files that need no session and get no token. Without: "
                    "the "
                    "folder."
                );
            } else {
                keys.value(
                    "static",
                    options.directory,
                    file_path(),
                    "A folder of files. With `upstream` instead a list of path patterns: the app's "
                    "files that need no session and get no token."
                );
                if (keys.has("static")) options.serve = kind::static_files;
                keys.value(
                    "fallback",
                    options.fallback,
                    path_prefix(),
                    "With a folder: the file that is shown for pages that are no files, for "
                    "applications that route in the browser (/index.html). Empty: 404."
                );
                keys.list(
                    "immutable",
                    options.immutable,
                    path_pattern(),
                    "With a folder: files that never change under their names, to be kept for a "
                    "year."
                );
            }
            if (keys.is_given() && options.serve == kind::none && !keys.has("static")) {
                keys.refuse(
                    "", "names neither a folder nor an app", "add `static: DIR` or `upstream: URL`"
                );
            }
        }
    );
}

void certificate_keys(section& keys, http::certificate_files& files) {
    keys.value(
        "certificate",
        files.certificate,
        file_path(),
        "PEM: the own one first, then those that lead to an authority."
    );
    keys.value("key", files.key, file_path(), "PEM, without a passphrase.");
    if (!keys.is_given()) return;
    if (!keys.has("certificate"))
        keys.refuse("", "names no certificate", "add `certificate: FILE`");
    if (!keys.has("key")) keys.refuse("", "names no key", "add `key: FILE`");
}

void tls_keys(section& tls, gateway_config& config) {
    tls.groups(
        "certificates",
        "Each for the names that stand in it; the first is for browsers that ask for none of them. "
        "Read again when the files change.",
        [&](section& keys) {
            http::certificate_files files;
            certificate_keys(keys, files);
            if (!keys.is_given()) return;
            config.certificates.push_back(std::move(files));
        }
    );
    tls.value(
        "http2", config.http2, yes_or_no(), "Whether browsers are offered HTTP/2 besides HTTP/1.1."
    );
    tls.value(
        "redirect",
        config.plain.listen,
        listen_address(),
        "A listener for plain http that leads pages to https and refuses all else. Empty: none."
    );
}

}  // namespace

void log_keys(section& root, observability::log_options& log) {
    using observability::level;
    using observability::log_format;
    root.group("log", "Lines on standard error output.", [&](section& keys) {
        keys.value(
            "level",
            log.threshold,
            one_of<level>(
                {{"debug", level::debug},
                 {"info", level::info},
                 {"warn", level::warn},
                 {"error", level::error}}
            ),
            "The least that is written."
        );
        keys.value(
            "format",
            log.format,
            one_of<log_format>(
                {{"auto", log_format::automatic},
                 {"json", log_format::json},
                 {"text", log_format::text}}
            ),
            "`auto`: text on a terminal, else JSON."
        );
    });
}

void gateway_keys(section& root, gateway_config& config) {
    root.value(
        "listen",
        config.server.listen,
        listen_address(),
        "Where browsers connect. Port 0: any free one; the log's line `listening` says which."
    );
    root.group("tls", "Speaking https itself, without a proxy in front.", [&](section& keys) {
        tls_keys(keys, config);
    });
    root.value(
        "operations",
        config.operations.listen,
        listen_address(),
        "Where `/livez`, `/readyz` and `/metrics` are. Never reachable through `listen`."
    );
    root.value(
        "public_url",
        config.gateway.public_url,
        web_origin(),
        "What people type. Plain http is for development, on a loopback name alone; else https."
    );
    root.list(
        "hosts",
        config.gateway.hosts,
        host_name(),
        "Further public host names; the scheme is that of `public_url`."
    );
    root.list(
        "trusted_proxies",
        config.gateway.trusted_proxies,
        address_range(),
        "Whose `Forwarded` and `X-Forwarded-*` are believed."
    );
    root.value("data", config.data, file_path(), "Folder for SQLite files and keys.");
    root.value("threads", config.threads, count_between<std::size_t>(0, 256), "0: one per core.");
    root.value("upstream", config.upstream, upstream_origin(), "The API. May have a base path.");
    root.value(
        "upstream_ca",
        config.upstream.ca_file,
        file_path(),
        "Certificate authorities (PEM) that may vouch for an https API. Empty: the system's."
    );
    root.group(
        "upstream_certificate",
        "What the gateway shows an https API that asks who it is (mutual TLS).",
        [&](section& keys) { certificate_keys(keys, config.upstream.own); }
    );
    root.group("prefixes", "Where the gateway's own paths are.", [&](section& keys) {
        keys.value("api", config.gateway.api_prefix, path_prefix(), "Routes that scripts call.");
        keys.value(
            "pages", config.gateway.page_prefix, path_prefix(), "Built-in pages and their forms."
        );
    });
    root.group(
        "provider",
        "The auth API, described: docs/providers.md has examples.",
        [&](section& keys) { provider_keys(keys, config.provider); }
    );
    root.group("session", "The sessions of browsers.", [&](section& keys) {
        session_keys(keys, config);
    });
    root.group("proxy", "The API, as the browser reaches it.", [&](section& keys) {
        proxy_keys(keys, config.gateway.proxy);
    });
    frontend_keys(root, config.gateway.frontend);
    root.value("pages", config.gateway.pages, yes_or_no(), "Whether the built-in pages are there.");
    root.value(
        "sign_in_page",
        config.gateway.sign_in_page,
        path_prefix(),
        "Path of a sign-in page of your own, of the front end or the application. Whoever is not "
        "signed in is sent there, with `next` in the query. Empty: the built-in one."
    );
    root.value(
        "server_timing",
        config.gateway.timing,
        one_of<gateway::server_timing_mode>(
            {{"auto", gateway::server_timing_mode::automatic},
             {"on", gateway::server_timing_mode::on},
             {"off", gateway::server_timing_mode::off}}
        ),
        "Whether answers say in `Server-Timing` how long the session, a refresh and the upstream "
        "took. `auto`: in development."
    );
    root.group("limits", "How much is accepted.", [&](section& keys) {
        keys.value(
            "head",
            config.server.head_bytes,
            size_between(4 * KiB, MiB),
            "Request line and fields of a request."
        );
        keys.value(
            "body",
            config.server.body_bytes,
            body_size(),
            "Body of a request. 0: no limit, it is streamed."
        );
        keys.value(
            "login_body",
            config.gateway.login_body,
            size_between(KiB, MiB),
            "Body of a request to the gateway's own routes."
        );
        keys.value(
            "connections",
            config.server.connections,
            count_between<std::size_t>(1, 10'000'000),
            "Browser connections at once."
        );
    });
    root.group("timeouts", "How long is waited.", [&](section& keys) {
        keys.value("head", config.server.head_timeout, time_limit(), "For a request's head.");
        keys.value(
            "idle",
            config.server.idle_timeout,
            time_limit(),
            "For the next request of a connection."
        );
        keys.value(
            "upstream_connect",
            config.client.connect_timeout,
            time_limit(),
            "For a connection to the API, TLS included."
        );
        keys.value(
            "upstream_answer",
            config.client.answer_timeout,
            time_limit(),
            "From the end of a request to the head of the API's answer. A sign-in, registration or "
            "verification: from its start to the end of the answer."
        );
        keys.value(
            "stream_idle",
            config.server.stream_idle,
            time_limit(),
            "For the next piece of a body, in either direction."
        );
        keys.value(
            "live_idle",
            config.client.live_idle,
            time_limit(),
            "For the next bytes of a WebSocket, in either direction, and of a stream of events."
        );
        keys.value(
            "drain",
            config.drain,
            duration_between(0ms, 1h),
            "For the requests that are on when the gateway is told to stop."
        );
    });
    log_keys(root, config.log);
    // Last: a route takes over what stands above.
    root.groups(
        "routes",
        "Requests that are treated otherwise than `proxy` says, tried in this order: "
        "docs/routes.md.",
        [&](section& keys) { route_keys(keys, config); }
    );
}

}  // namespace cloche::config
