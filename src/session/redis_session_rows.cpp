#include "session/redis_session_rows.hpp"

#include "base/encoding.hpp"
#include "session/errc.hpp"
#include "session/schedule.hpp"
#include "session/session_row_text.hpp"

#include <algorithm>
#include <array>

namespace cloche::session {
namespace {

const std::string& slack_digits() {
    static const std::string digits = std::to_string(purge_slack.count());
    return digits;
}

}  // namespace

std::string hex_of(const id_hash& id) {
    return hex_encode(bytes_of(id));
}

std::string digits_of(instant when) {
    return std::to_string(when.time_since_epoch().count());
}

redis_words put_words(std::string_view prefix, const session_row& row, std::string_view process) {
    auto texts = texts_of(row);
    redis_words columns;
    redis_words absent;
    for (std::size_t at = 0; at < texts.size(); ++at) {
        if (!texts[at]) {
            absent.emplace_back(row_columns[at]);
            continue;
        }
        if (row_columns[at] == "version") texts[at] = std::to_string(row.plain.version + 1);
        columns.emplace_back(row_columns[at]);
        columns.push_back(std::move(*texts[at]));
    }
    redis_words words{
        std::string(prefix),
        hex_of(row.plain.id),
        std::to_string(row.plain.version),
        std::string(process),
        slack_digits(),
        std::to_string(columns.size() / 2)};
    std::ranges::move(columns, std::back_inserter(words));
    std::ranges::move(absent, std::back_inserter(words));
    return words;
}

redis_words use_words(std::string_view prefix, std::span<const std::pair<id_hash, instant>> used) {
    redis_words words{std::string(prefix), slack_digits()};
    words.reserve(words.size() + 2 * used.size());
    for (const auto& [id, when] : used) {
        words.push_back(hex_of(id));
        words.push_back(digits_of(when));
    }
    return words;
}

redis_words purge_words(std::string_view prefix, instant now, std::size_t most) {
    return {std::string(prefix), digits_of(now), std::to_string(most)};
}

std::optional<instant> instant_in(const db::redis_value& time) {
    if (time.items.size() != 2) return std::nullopt;
    const auto seconds = std::stoll(time.items[0].text);
    const auto micros = std::stoll(time.items[1].text);
    return instant(milliseconds(seconds * 1'000 + micros / 1'000));
}

void add_load(db::redis_commands& to, std::string_view prefix, std::string_view hex) {
    const std::string key = std::string(prefix) + "s:" + std::string(hex);
    std::array<std::string_view, row_columns.size() + 2> words{"HMGET", key};
    std::ranges::copy(row_columns, words.begin() + 2);
    to.add(words);
}

result<std::optional<session_row>> row_in(db::redis_value answer) {
    using kind = db::redis_value::kind;
    row_texts texts;
    if (answer.items.size() != texts.size()) CLOCHE_FAIL(errc::unreadable_record);
    for (std::size_t at = 0; at < texts.size(); ++at)
        if (answer.items[at].is == kind::text) texts[at] = std::move(answer.items[at].text);
    const bool is_there =
        std::ranges::any_of(texts, [](const auto& text) { return text.has_value(); });
    if (!is_there) return std::optional<session_row>();
    auto row = row_of(texts);
    if (!row) return row.error();
    return std::optional<session_row>(std::move(*row));
}

}  // namespace cloche::session
