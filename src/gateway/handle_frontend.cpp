// Everything that is not the gateway's own: a folder of files, or the app behind the gateway, with
// page guard.
#include "gateway/answer.hpp"
#include "gateway/byte_range.hpp"
#include "gateway/forward.hpp"
#include "gateway/handlers.hpp"
#include "gateway/navigation_policy.hpp"
#include "gateway/outgoing_fields.hpp"
#include "gateway/presented_session.hpp"
#include "gateway/static_files.hpp"
#include "gateway/unlisted_field.hpp"
#include "gateway/websocket.hpp"
#include "observability/log.hpp"
#include "runtime/offload.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cloche::gateway {
namespace {

using observability::level;
using observability::log_line;
using runtime::task;
using kind = frontend_options::kind;

constexpr std::uint64_t file_piece = 128 * 1024;

/// What comes back from a worker thread. `offload` itself says whether there was a thread for it.
struct opened_file {
    error failure;
    std::optional<static_file> file;

    opened_file() = default;
};

struct open_file {
    std::string folder;
    std::string path;
    std::string accept_encoding;
    opened_file operator()() {
        opened_file opened;
        result<static_file> file = open_static(folder, path, accept_encoding);
        if (file) {
            opened.file = std::move(*file);
        } else {
            opened.failure = file.error();
        }
        return opened;
    }

    open_file(std::string in, std::string_view at, std::string_view accepted)
        : folder(std::move(in)), path(at), accept_encoding(accepted) {}
};

struct read_file {
    static_file* file;
    std::size_t size;
    /// Empty at the end, and where it cannot be read: either way shorter than was promised.
    std::string operator()() {
        result<std::string> bytes = file->read(size);
        return bytes ? std::move(*bytes) : std::string();
    }

    read_file(static_file& from, std::size_t most) : file(&from), size(most) {}
};

/// What of a file is to be sent, and how.
struct file_answer {
    unsigned status = 200;
    std::uint64_t first = 0;
    std::uint64_t size = 0;
};

file_answer answer_for(const http::request_head& head, const static_file& file) {
    file_answer whole;
    whole.size = file.size();
    if (names_etag(head.value(http::field_id::if_none_match), file.etag())) {
        whole.status = 304;
        return whole;
    }
    // Of a version that has changed meanwhile no part is of use (RFC 9110 section 13.1.5).
    const std::string_view only_of = unlisted_field(head, "If-Range");
    const bool stale = !only_of.empty() && only_of != file.etag();
    // Of GET alone (RFC 9110 section 14.2).
    const auto part = read_range(head.value(http::field_id::range), file.size());
    if (!part || stale || head.verb != http::method::get) return whole;
    return {part->size == 0 ? 416U : 206U, part->first, part->size};
}

std::string_view cache_control(bool is_private, bool immutable) {
    if (is_private) return "private, no-store";
    return immutable ? "public, max-age=31536000, immutable" : "no-cache";
}

/// How what is sent may be kept.
struct file_keeping {
    bool guarded = false;
    bool immutable = false;
};

task<void> send_file(request_context& rq, static_file file, file_keeping keeping) {
    const auto fields = outgoing_fields::borrow();
    const file_answer what = answer_for(rq.head(), file);
    fields->add("Content-Type", file.content_type());
    fields->add("ETag", file.etag());
    if (!file.coding().empty()) fields->add("Content-Encoding", file.coding());
    fields->add("Vary", "Accept-Encoding");
    fields->add("Accept-Ranges", "bytes");
    if (what.status == 206) {
        fields->add(
            "Content-Range",
            fields->text()
                .append("bytes ")
                .append(std::to_string(what.first))
                .append("-")
                .append(std::to_string(what.first + what.size - 1))
                .append("/")
                .append(std::to_string(file.size()))
        );
    }
    if (what.status == 416) {
        fields->add(
            "Content-Range", fields->text().append("bytes */").append(std::to_string(file.size()))
        );
    }
    std::vector<std::string> cookie_changes = cookie_lines(rq);
    const bool is_private = keeping.guarded || !cookie_changes.empty();
    fields->add("Cache-Control", cache_control(is_private, keeping.immutable));
    fields->add("X-Content-Type-Options", "nosniff");
    fields->add("Referrer-Policy", "same-origin");
    if (rq.here.https()) fields->add("Strict-Transport-Security", hsts);
    for (std::string& line : cookie_changes)
        fields->add("Set-Cookie", fields->text() = std::move(line));
    const bool unchanged = what.status == 304;
    const auto length = unchanged ? std::nullopt : std::optional<std::uint64_t>(what.size);
    if (!rq.stream.start(what.status, fields->all(), length)) {
        rq.stream.abort();
        co_return;
    }
    file.go_to(what.first);
    std::uint64_t left = unchanged || rq.is(http::method::head) ? 0 : what.size;
    while (left > 0) {
        read_file reading(file, static_cast<std::size_t>(std::min(left, file_piece)));
        result<std::string> piece = co_await runtime::offload(rq.gateway.files, reading);
        if (!piece || piece->empty()) {
            rq.stream.abort();  // shorter than was promised: no clean end
            co_return;
        }
        left -= piece->size();
        result<void> written = co_await rq.stream.write(*piece);
        if (!written) co_return;
    }
    co_await rq.stream.finish();
}

/// `guarded`: and admitted.
task<void> serve_file(request_context& rq, bool guarded) {
    if (!rq.is(http::method::get) && !rq.is(http::method::head)) {
        co_await refuse_method(rq, std::string("GET, HEAD"));
        co_return;
    }
    const frontend_options& frontend = rq.gateway.options.frontend;
    const std::string_view accepted = unlisted_field(rq.head(), "Accept-Encoding");
    open_file opening(frontend.directory, rq.path, accepted);
    result<opened_file> opened = co_await runtime::offload(rq.gateway.files, std::move(opening));
    // A page that the application makes in the browser; a script or picture that is not there is
    // none.
    const bool is_page = !frontend.fallback.empty() && is_navigation(rq.head());
    file_keeping keeping;
    keeping.guarded = guarded;
    keeping.immutable = rq.here.is_immutable(rq.path);
    if (opened && is_page && opened->failure == boost::system::errc::no_such_file_or_directory) {
        keeping.immutable = false;
        if (!guarded && rq.here.guards_file(frontend.fallback)) {
            const bool admitted = co_await admit(rq, true, false);
            if (!admitted) co_return;
            keeping.guarded = true;
        }
        open_file instead(frontend.directory, frontend.fallback, accepted);
        opened = co_await runtime::offload(rq.gateway.files, std::move(instead));
    }
    if (!opened) {
        co_await refuse(rq, opened.error());
    } else if (opened->file) {
        co_await send_file(rq, std::move(*opened->file), keeping);
    } else if (opened->failure == boost::system::errc::is_a_directory) {
        // Or else its page's relative links would lead elsewhere.
        std::string location(rq.path);
        location.append("/").append(rq.target.substr(rq.path.size()));
        co_await redirect(rq, std::move(location));
    } else if (opened->failure == boost::system::errc::no_such_file_or_directory) {
        co_await refuse(rq, problem::not_found);
    } else {
        log_line(level::error, "static_file_unreadable")
            .with("path", rq.path)
            .with("reason", opened->failure.message());
        co_await refuse(rq, problem::internal);
    }
}

task<void> serve_app(request_context& rq) {
    if (rq.websocket) {
        const bool may = co_await admit_websocket(rq, rq.here.allows_app_websocket(rq.path));
        if (!may) co_return;
    }
    // The bounce was between the browser and us.
    const std::string target = without_bounce_mark(rq.target);
    forwarding how(*rq.gateway.frontend, target, {});
    how.to_app = true;
    co_await forward(rq, how);
}

}  // namespace

task<void> handle_frontend(request_context& rq) {
    const frontend_options& frontend = rq.gateway.options.frontend;
    if (frontend.serve == kind::none) {
        if (rq.path == "/" && rq.gateway.options.pages) {
            co_await redirect(rq, rq.gateway.options.page_prefix + "/account");
        } else {
            co_await refuse(rq, problem::not_found);
        }
        co_return;
    }
    if (frontend.serve == kind::upstream && rq.here.is_static(rq.path)) {
        co_await serve_app(rq);
        co_return;
    }
    // A file has no use for a token: what needs no session is served whatever becomes of the API.
    const bool token_wanted = frontend.serve == kind::upstream;
    const bool guarded = token_wanted ? rq.here.guards(rq.path) : rq.here.guards_file(rq.path);
    const bool admitted = co_await admit(rq, guarded, token_wanted);
    if (!admitted) co_return;
    if (frontend.serve == kind::static_files) {
        co_await serve_file(rq, guarded);
    } else {
        co_await serve_app(rq);
    }
}

}  // namespace cloche::gateway
