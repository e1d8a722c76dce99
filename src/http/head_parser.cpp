#include "http/head_parser.hpp"

#include "http/field_list.hpp"
#include "http/head_bytes.hpp"
#include "http/target.hpp"

#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

namespace cloche::http {
namespace {

constexpr std::size_t longest_method = 32;

constexpr bool is_ows(char c) noexcept {
    return c == ' ' || c == '\t';
}
constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

constexpr std::uint64_t bit(field_id id) noexcept {
    return std::uint64_t{1} << static_cast<unsigned>(id);
}
static_assert(field_id_count <= 64);

/// Fields that say what a request is allowed to do, or where it goes: a second one is a second
/// opinion.
constexpr std::uint64_t request_singletons =
    bit(field_id::host) | bit(field_id::content_length) | bit(field_id::transfer_encoding) |
    bit(field_id::content_type) | bit(field_id::authorization) | bit(field_id::expect) |
    bit(field_id::origin) | bit(field_id::sec_fetch_dest) | bit(field_id::sec_fetch_mode) |
    bit(field_id::sec_fetch_site);
constexpr std::uint64_t response_singletons =
    bit(field_id::content_length) | bit(field_id::transfer_encoding);

/// What the lines of a head say about the message itself.
struct head_facts {
    std::uint64_t seen = 0;  ///< one bit a field_id
    std::optional<std::string_view> host;
    std::optional<std::string_view> content_length;
    std::optional<std::string_view> transfer_encoding;
    std::optional<std::string_view> expect;
    bool says_close = false;
    bool says_keep_alive = false;
};

void note(const field& line, head_facts& facts) {
    switch (line.id) {
        case field_id::host:
            facts.host = line.value;
            break;
        case field_id::content_length:
            facts.content_length = line.value;
            break;
        case field_id::transfer_encoding:
            facts.transfer_encoding = line.value;
            break;
        case field_id::expect:
            facts.expect = line.value;
            break;
        case field_id::connection:
            any_element(line.value, ',', [&facts](std::string_view option) {
                facts.says_close = facts.says_close || equal_ignoring_case(option, "close");
                facts.says_keep_alive =
                    facts.says_keep_alive || equal_ignoring_case(option, "keep-alive");
                return false;
            });
            break;
        default:
            break;
    }
}

/// The field lines and the empty line, which must end at `end`. Names are tokens right up to their
/// colon: neither a folded line nor a space before the colon gets through (PX-5). `lines` counts
/// the CRLF that were seen.
result<void> parse_fields(
    const char* at,
    const char* end,
    std::uint64_t singletons,
    std::size_t most,
    std::vector<field>& fields,
    head_facts& facts,
    std::size_t& lines
) {
    while (*at != '\r') {
        const char* const name = at;
        unsigned classes = 0;
        for (; (class_of(*at) & tchar) != 0; ++at)
            classes |= class_of(*at);
        if (at == name || *at != ':') CLOCHE_FAIL(errc::bad_request);
        const char* value = at + 1;
        // A block ends in LF, and a value begins before it.
        const auto* const line_end =
            static_cast<const char*>(std::memchr(value, '\n', static_cast<std::size_t>(end - value))
            );
        if (line_end == value || line_end[-1] != '\r') CLOCHE_FAIL(errc::bad_request);
        ++lines;
        const char* value_end = line_end - 1;
        while (value != value_end && is_ows(*value))
            ++value;
        while (value_end != value && is_ows(value_end[-1]))
            --value_end;

        if (fields.size() == most) CLOCHE_FAIL(errc::headers_too_large);
        field& line = fields.emplace_back();
        line.name = {name, static_cast<std::size_t>(at - name)};
        line.value = {value, static_cast<std::size_t>(value_end - value)};
        line.id = (classes & underscore) != 0 ? field_id::underscored : identify(line.name);
        if (line.id != field_id::other) {
            if ((facts.seen & singletons & bit(line.id)) != 0) CLOCHE_FAIL(errc::bad_request);
            facts.seen |= bit(line.id);
            note(line, facts);
        }
        at = line_end + 1;
    }
    if (end - at != 2) CLOCHE_FAIL(errc::bad_request);
    ++lines;
    return {};
}

/// 1*DIGIT and nothing else (PX-3). Half of the range is enough, and leaves room for sums.
std::optional<std::uint64_t> parse_length(std::string_view text) noexcept {
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    std::uint64_t length = 0;
    for (const char c : text) {
        if (!is_digit(c)) return std::nullopt;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (length > (most - digit) / 10) return std::nullopt;
        length = length * 10 + digit;
    }
    return text.empty() ? std::nullopt : std::optional(length);
}

/// What is wrong with a Transfer-Encoding that is not `chunked` alone. `gzip, chunked` and `gzip`
/// are codings we do not have; whatever leaves open where the body ends is a broken request (RFC
/// 9112 sections 6.1 and 6.3).
errc judge_coding(std::string_view value) {
    bool chunked_before = false;
    const bool ambiguous = any_element(value, ',', [&chunked_before](std::string_view coding) {
        const std::string_view name = coding.substr(0, coding.find_first_of(" \t;"));
        const bool is_chunked = equal_ignoring_case(name, "chunked");
        const bool last_was_chunked = std::exchange(chunked_before, is_chunked);
        return last_was_chunked || !is_token(name) || (is_chunked && name.size() != coding.size());
    });
    return ambiguous ? errc::bad_request : errc::not_implemented;
}

/// RFC 9112 section 6.3, for requests and answers alike; `none` where neither field is there.
result<body_framing> frame(const head_facts& facts, int version_minor) {
    body_framing framing;
    if (facts.transfer_encoding) {
        if (facts.content_length || version_minor == 0) CLOCHE_FAIL(errc::bad_request);
        if (!equal_ignoring_case(*facts.transfer_encoding, "chunked")) {
            CLOCHE_FAIL(judge_coding(*facts.transfer_encoding));
        }
        framing.kind = body_kind::chunked;
    } else if (facts.content_length) {
        const auto length = parse_length(*facts.content_length);
        if (!length) CLOCHE_FAIL(errc::bad_request);
        framing.kind = body_kind::length;
        framing.length = *length;
    }
    return framing;
}

bool stays_open(const head_facts& facts, int version_minor) noexcept {
    return !facts.says_close && (version_minor == 1 || facts.says_keep_alive);
}

/// HTTP/1.0 or HTTP/1.1, as the minor version.
std::optional<int> parse_version(std::string_view text) noexcept {
    if (text == "HTTP/1.1") return 1;
    if (text == "HTTP/1.0") return 0;
    return std::nullopt;
}

/// `line` without its CRLF.
result<void> parse_request_line(
    std::string_view line, std::size_t longest_target, request_head& head
) {
    const std::size_t method_end = line.find(' ');
    const std::size_t target_end = line.rfind(' ');
    if (method_end == std::string_view::npos || method_end == target_end)
        CLOCHE_FAIL(errc::bad_request);
    head.method_name = line.substr(0, method_end);
    head.target = line.substr(method_end + 1, target_end - method_end - 1);
    const auto version = parse_version(line.substr(target_end + 1));
    if (!is_token(head.method_name) || !is_target_text(head.target) || !version) {
        CLOCHE_FAIL(errc::bad_request);
    }
    if (head.method_name.size() > longest_method) CLOCHE_FAIL(errc::not_implemented);
    if (head.target.size() > longest_target) CLOCHE_FAIL(errc::uri_too_long);
    head.verb = method_of(head.method_name);
    head.version_minor = *version;
    return {};
}

/// Host, and what the target says about the same thing (PX-6). A client that sends an absolute form
/// must repeat its authority in Host (RFC 9112 section 3.2.2): if it does not, we could be talking
/// to two hosts.
result<void> check_aim(const request_head& head, const head_facts& facts) {
    if (!facts.host || !is_authority(*facts.host)) CLOCHE_FAIL(errc::bad_request);
    if (head.target.front() == '/' && head.verb != method::connect) return {};
    const auto target = split_target(head.target);
    if (!target) return target.error();
    const bool fits = [&] {
        switch (target->form) {
            case target_form::origin:
                return false;
            case target_form::absolute:
                return head.verb != method::connect &&
                       equal_ignoring_case(target->authority, *facts.host);
            case target_form::authority:
                return head.verb == method::connect;
            case target_form::asterisk:
                return head.verb == method::options;
        }
        return false;
    }();
    if (!fits) CLOCHE_FAIL(errc::bad_request);
    return {};
}

result<void> parse_status_line(std::string_view line, response_head& head) {
    constexpr std::size_t status_at = 9;
    constexpr std::size_t reason_at = 13;
    const auto version = parse_version(line.substr(0, status_at - 1));
    if (!version || line.size() < reason_at - 1 || line[status_at - 1] != ' ')
        CLOCHE_FAIL(errc::bad_request);
    const std::string_view digits = line.substr(status_at, 3);
    for (const char c : digits) {
        if (!is_digit(c)) CLOCHE_FAIL(errc::bad_request);
    }
    head.version_minor = *version;
    head.status =
        static_cast<unsigned>((digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0'));
    if (head.status < 100) CLOCHE_FAIL(errc::bad_request);
    // Servers exist that leave out the space when there is no reason. Nothing hangs on it.
    if (line.size() >= reason_at) {
        if (line[reason_at - 1] != ' ') CLOCHE_FAIL(errc::bad_request);
        head.reason = line.substr(reason_at);
    }
    return {};
}

/// The first line of a block, without its CRLF; nothing if the block is no head at all.
std::optional<std::string_view> first_line(std::string_view block) noexcept {
    if (block.size() < 4 || block.substr(block.size() - 4) != "\r\n\r\n") return std::nullopt;
    const std::size_t end = block.find('\n');
    return block[end - (end > 0)] == '\r' ? std::optional(block.substr(0, end - 1)) : std::nullopt;
}

constexpr std::size_t line_end_size = 2;

result<void> parse_request(std::string_view block, const head_limits& limits, request_head& head) {
    if (block.size() > limits.bytes) CLOCHE_FAIL(errc::headers_too_large);
    // One empty line may precede a request (RFC 9112 section 2.2).
    if (block.substr(0, line_end_size) == "\r\n") block.remove_prefix(line_end_size);
    const auto line = first_line(block);
    if (!line) CLOCHE_FAIL(errc::bad_request);
    if (auto read = parse_request_line(*line, limits.target, head); !read) return read;

    head_facts facts;
    std::size_t lines = 1;
    const char* const fields = line->data() + line->size() + line_end_size;
    const char* const end = block.data() + block.size();
    auto read =
        parse_fields(fields, end, request_singletons, limits.fields, head.fields, facts, lines);
    if (!read) return read;
    if (!is_clean(block, lines)) CLOCHE_FAIL(errc::bad_request);

    if (auto aim = check_aim(head, facts); !aim) return aim;
    const auto framing = frame(facts, head.version_minor);
    if (!framing) return framing.error();
    head.framing = *framing;
    head.keep_alive = stays_open(facts, head.version_minor);
    if (facts.expect) {
        if (!equal_ignoring_case(*facts.expect, "100-continue"))
            CLOCHE_FAIL(errc::expectation_failed);
        // HTTP/1.0 has no interim answers, and without a body there is nothing to go on with (RFC
        // 9110 section 10.1.1).
        const bool has_body = framing->kind == body_kind::chunked || framing->length != 0;
        head.expects_continue = head.version_minor == 1 && has_body;
    }
    return {};
}

bool has_no_body(unsigned status, method request_verb) noexcept {
    return request_verb == method::head || status < 200 || status == 204 || status == 304;
}

result<void> parse_response(
    std::string_view block, const head_limits& limits, method request_verb, response_head& head
) {
    if (block.size() > limits.bytes) CLOCHE_FAIL(errc::headers_too_large);
    const auto line = first_line(block);
    if (!line) CLOCHE_FAIL(errc::bad_request);
    if (auto read = parse_status_line(*line, head); !read) return read;

    head_facts facts;
    std::size_t lines = 1;
    const char* const fields = line->data() + line->size() + line_end_size;
    const char* const end = block.data() + block.size();
    auto read =
        parse_fields(fields, end, response_singletons, limits.fields, head.fields, facts, lines);
    if (!read) return read;
    if (!is_clean(block, lines)) CLOCHE_FAIL(errc::bad_request);

    const auto framing = frame(facts, head.version_minor);
    if (!framing) return framing.error();
    head.keep_alive = stays_open(facts, head.version_minor);
    if (has_no_body(head.status, request_verb)) return {};
    head.framing = *framing;
    if (framing->kind == body_kind::none) {
        head.framing.kind = body_kind::until_close;
        head.keep_alive = false;
    }
    return {};
}

}  // namespace

std::size_t find_head_end(std::string_view buffer, std::size_t& scanned) noexcept {
    std::size_t at = scanned;
    for (;;) {
        at = buffer.find('\n', at);
        if (at == std::string_view::npos) {
            scanned = buffer.size();
            return 0;
        }
        const std::string_view behind = buffer.substr(at + 1, line_end_size);
        // A bare LF is no end of a line, but what follows would only be waited for in vain: the
        // parser refuses it.
        if (!behind.empty() && behind.front() == '\n') return at + 2;
        if (behind == "\r\n") return at + 3;
        if (behind.empty() || behind == "\r") {
            scanned = at;
            return 0;
        }
        ++at;
    }
}

result<void> parse_request_head(
    std::string_view block, const head_limits& limits, request_head& head
) {
    head.verb = method::other;
    head.method_name = {};
    head.target = {};
    head.version_major = 1;
    head.version_minor = 1;
    head.fields.clear();
    head.framing = {};
    head.keep_alive = true;
    head.expects_continue = false;
    return parse_request(block, limits, head);
}

result<void> parse_response_head(
    std::string_view block, const head_limits& limits, method request_verb, response_head& head
) {
    head.status = 0;
    head.reason = {};
    head.version_minor = 1;
    head.fields.clear();
    head.framing = {};
    head.keep_alive = true;
    if (!parse_response(block, limits, request_verb, head)) CLOCHE_FAIL(errc::upstream_invalid);
    return {};
}

}  // namespace cloche::http
