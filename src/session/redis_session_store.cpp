#include "session/redis_session_store.hpp"

#include "base/encoding.hpp"
#include "db/errc.hpp"
#include "db/redis_info.hpp"
#include "db/redis_pool.hpp"
#include "db/redis_subscription.hpp"
#include "session/change_note.hpp"
#include "session/clock_offset.hpp"
#include "session/eviction_watch.hpp"
#include "session/redis_server_check.hpp"
#include "session/redis_session_rows.hpp"
#include "session/replica_watch.hpp"
#include "session/session_row.hpp"
#include "session/store_outage.hpp"

#include <algorithm>
#include <atomic>
#include <optional>
#include <unordered_set>
#include <utility>

namespace cloche::session {
namespace {

using db::redis_commands;
using db::redis_repeat;
using db::redis_value;
using runtime::task;
using replies = db::redis_link::replies;

/// How long the answer to a change waits for a replica.
constexpr std::string_view replica_wait_ms = "500";
/// Records and last uses a command deals with: Redis serves nobody else meanwhile.
constexpr std::size_t page = 100;
/// Sessions of one person that are listed.
constexpr std::string_view newest_of_subject = "9999";

class redis_session_store final : public session_store {
public:
    redis_session_store(
        runtime::io_threads& threads,
        std::shared_ptr<const db::redis_target> where,
        checked_server checked,
        session_keys keys,
        crypto::random_source& random,
        const refresh_options& options,
        std::shared_ptr<store_health> health
    )
        : threads_(threads),
          where_(std::move(where)),
          prefix_(where_->prefix),
          scripts_(std::move(checked.scripts)),
          process_(hex_encode(random.bytes(8))),
          rows_(std::move(keys), random, options),
          replicas_(health),
          evictions_(checked.info, std::move(health)),
          live_(checked.live),
          pool_(threads, where_, db::redis_pool_options()) {
        replicas_.seen(checked.info.replicas);
        offset_.measured(checked.asked, checked.theirs, checked.answered);
    }

    task<result<void>> create(record fresh) override {
        fresh.version = 0;
        const auto put = co_await this->put("create", rows_.row_of(fresh, shared_now()));
        if (!put) co_return put.error();
        if (!*put) CLOCHE_CO_FAIL(errc::exists);
        co_return result<void>();
    }

    task<result<record_ptr>> load(id_hash id) override {
        redis_commands commands;
        commands.add({"TIME"});
        add_load(commands, prefix_, hex_of(id));
        const instant sent = clock_.now();
        auto answers = co_await ask("load", std::move(commands));
        if (!answers) co_return answers.error();
        measure(sent, answers->front());
        const auto row = row_in(std::move(answers->back()));
        if (!row) co_return row.error();
        if (!*row) co_return record_ptr();
        co_return rows_.open(**row);
    }

    task<result<record_ptr>> compare_and_swap(record next) override {
        next.last_used = rows_.last_used.later_of(next.id, next.last_used);
        const auto used = co_await put("swap", rows_.row_of(next, shared_now()));
        if (!used) co_return used.error();
        if (!*used) CLOCHE_CO_FAIL(errc::conflict);
        ++next.version;
        next.last_used = std::max(next.last_used, **used);
        if (next.state == session_state::ended) rows_.last_used.forget(next.id);
        co_return std::make_shared<const record>(std::move(next));
    }

    void touch(const id_hash& id, instant when) override { rows_.last_used.raise(id, when); }

    task<result<std::vector<record_ptr>>> due(instant now, std::size_t limit) override {
        // What every process asks each second: the place for what is asked now and then.
        co_await look_for_evictions();
        redis_commands commands;
        for (const char* index : {"work", "expires"})
            commands.add(
                {"ZRANGEBYSCORE",
                 prefix_ + index,
                 "-inf",
                 digits_of(now),
                 "LIMIT",
                 "0",
                 std::to_string(limit)}
            );
        const auto answers = co_await ask("due", std::move(commands));
        if (!answers) co_return answers.error();
        std::vector<std::string> ids;
        std::unordered_set<std::string_view> known;
        for (const auto& answer : *answers)
            for (const auto& id : answer.items)
                if (ids.size() < limit && known.insert(id.text).second) ids.push_back(id.text);
        const auto rows = co_await read("due", std::move(ids));
        if (!rows) co_return rows.error();
        co_return rows_.open_due(*rows, now);
    }

    task<result<std::vector<record_ptr>>> in_flight() override {
        auto found = co_await all_in("flying");
        if (found) std::erase_if(*found, [](const auto& each) { return !each->in_flight; });
        co_return found;
    }

    task<result<std::vector<record_ptr>>> suspended() override {
        auto found = co_await all_in("suspended");
        if (found)
            std::erase_if(*found, [](const auto& each) {
                return each->state != session_state::suspended;
            });
        co_return found;
    }

    task<result<std::vector<record_ptr>>> list_by_subject(std::string subject) override {
        redis_commands commands;
        commands.add({"ZREVRANGE", prefix_ + "u:" + subject, "0", newest_of_subject});
        const auto answers = co_await ask("list", std::move(commands));
        if (!answers) co_return answers.error();
        const auto rows = co_await read("list", texts_in(answers->front()));
        if (!rows) co_return rows.error();
        auto found = rows_.open_list(*rows);
        if (!found) co_return found;
        std::erase_if(*found, [&](const auto& each) {
            return each->state == session_state::ended || each->subject != subject;
        });
        co_return found;
    }

    task<result<std::size_t>> purge(instant now) override {
        std::size_t gone = 0;
        for (;;) {
            const auto answer =
                co_await run("purge", scripts_.purge, purge_words(prefix_, now, page));
            if (!answer) co_return answer.error();
            const auto some = static_cast<std::size_t>(answer->items.front().number);
            live_ = static_cast<std::size_t>(answer->items.back().number);
            gone += some;
            if (some < page) co_return gone;
        }
    }

    std::size_t live_count() const override { return live_; }

    void on_change(change_listener heard) override {
        auto tell = [own = process_, heard = std::move(heard)](std::string_view note) {
            if (const auto id = changed_by_another(note, own)) heard(*id);
        };
        changes_.emplace(threads_, where_, prefix_ + "changes", std::move(tell));
    }

    milliseconds clock_ahead() const override { return offset_.ahead(); }

    task<result<void>> flush() override {
        const auto batch = rows_.last_used.take();
        const std::vector<std::pair<id_hash, instant>> all(batch.begin(), batch.end());
        const std::span rest(all);
        for (std::size_t done = 0; done < all.size(); done += page) {
            const auto part = rest.subspan(done, std::min(page, all.size() - done));
            const auto answer = co_await run("flush", scripts_.use, use_words(prefix_, part));
            if (answer) continue;
            rows_.last_used.give_back(batch);
            co_return answer.error();
        }
        if (!batch.empty()) rows_.last_used.written();
        co_return result<void>();
    }

private:
    static std::vector<std::string> texts_in(const redis_value& list) {
        std::vector<std::string> texts;
        texts.reserve(list.items.size());
        for (const auto& item : list.items)
            texts.push_back(item.text);
        return texts;
    }

    static void add_script(
        redis_commands& to, std::string_view how, std::string_view what, const redis_words& words
    ) {
        std::vector<std::string_view> all{how, what, "0"};
        all.insert(all.end(), words.begin(), words.end());
        to.add(all);
    }

    /// Says in the log what Redis said: once, until it works again.
    error fail(std::string_view what, std::string_view words) {
        return outage_.fail(what, make_error_code(db::errc::unavailable), words);
    }

    /// Commands that may be said twice. Errors: store_unavailable, also where one was refused.
    task<result<replies>> ask(std::string_view what, redis_commands commands) {
        auto answers = co_await pool_.call(std::move(commands), redis_repeat::yes);
        if (!answers) co_return fail(what, pool_.last_failure());
        for (const auto& answer : *answers)
            if (answer.is_failure()) co_return fail(what, answer.text);
        outage_.worked(what);
        co_return answers;
    }

    /// A script that may be run twice.
    task<result<redis_value>> run(
        std::string_view what, const redis_script& script, redis_words words
    ) {
        redis_commands commands;
        add_script(commands, "EVALSHA", script.digest, words);
        auto answers = co_await pool_.call(std::move(commands), redis_repeat::yes);
        if (answers && answers->front().failed_with("NOSCRIPT")) {
            redis_commands whole;
            add_script(whole, "EVAL", script.text, words);
            answers = co_await pool_.call(std::move(whole), redis_repeat::yes);
        }
        if (!answers) co_return fail(what, pool_.last_failure());
        if (answers->front().is_failure()) co_return fail(what, answers->front().text);
        outage_.worked(what);
        co_return std::move(answers->front());
    }

    /// `last_used` as it is now; nothing where the version was another.
    task<result<std::optional<instant>>> put(std::string_view what, session_row row) {
        const auto words = put_words(prefix_, row, process_);
        const auto& script = scripts_.put;
        const id_hash id = row.plain.id;
        auto answers = co_await change(id, "EVALSHA", script.digest, words);
        if (answers && answers->front().failed_with("NOSCRIPT"))
            answers = co_await change(id, "EVAL", script.text, words);
        if (!answers) co_return fail(what, pool_.last_failure());
        const auto& answer = answers->front();
        if (answer.is_failure()) co_return fail(what, answer.text);
        if (answer.items.size() != 3) co_return std::optional<instant>();
        outage_.worked(what);
        live_ = static_cast<std::size_t>(answer.items[2].number);
        const auto used = std::stoll(answer.items[1].text);
        co_return std::optional(instant(milliseconds(used)));
    }

    /// What must not be lost with the server, in one round trip: where there are replicas, the
    /// answer waits for one of them.
    task<result<replies>> change(
        id_hash id, std::string_view how, std::string_view what, const redis_words& words
    ) {
        redis_commands commands;
        add_script(commands, how, what, words);
        const bool waits = replicas_.has_replicas();
        const bool looks = replicas_.wants_look(clock_.ticks());
        if (waits) commands.add({"WAIT", "1", replica_wait_ms});
        if (looks) commands.add({"INFO", "replication"});
        auto answers =
            co_await pool_.call(std::move(commands), redis_repeat::no, db::call_order::ahead);
        if (!answers || answers->front().is_failure()) co_return answers;
        if (looks) replicas_.seen(db::parse_redis_info(answers->back().text).replicas);
        if (waits) {
            replicas_.waited(id, (*answers)[1].number >= 1);
        } else {
            replicas_.did_not_wait();
        }
        co_return answers;
    }

    /// Best effort: a server that does not answer is found out by what people ask for.
    task<void> look_for_evictions() {
        if (!evictions_.wants_look(clock_.ticks())) co_return;
        redis_commands commands;
        commands.add({"INFO", "memory"});
        commands.add({"INFO", "stats"});
        const auto answers = co_await pool_.call(std::move(commands), redis_repeat::yes);
        if (!answers) co_return;
        std::string said;
        for (const auto& answer : *answers) {
            if (answer.is_failure()) co_return;
            said += answer.text;
        }
        evictions_.seen(db::parse_redis_info(said));
    }

    /// The rows of these that are still there, a page at a time.
    task<result<std::vector<session_row>>> read(
        std::string_view what, std::vector<std::string> ids
    ) {
        std::vector<session_row> rows;
        for (std::size_t done = 0; done < ids.size(); done += page) {
            redis_commands commands;
            for (std::size_t at = done; at < std::min(done + page, ids.size()); ++at)
                add_load(commands, prefix_, ids[at]);
            auto answers = co_await ask(what, std::move(commands));
            if (!answers) co_return answers.error();
            for (auto& answer : *answers) {
                auto row = row_in(std::move(answer));
                if (row && *row) rows.push_back(std::move(**row));
            }
        }
        co_return rows;
    }

    /// By id: what comes or goes meanwhile makes nothing else be missed.
    task<result<std::vector<record_ptr>>> all_in(std::string_view index) {
        const std::string key = prefix_ + std::string(index);
        std::vector<record_ptr> found;
        std::string from = "-";
        for (;;) {
            redis_commands commands;
            commands.add({"ZRANGEBYLEX", key, from, "+", "LIMIT", "0", std::to_string(page)});
            const auto answers = co_await ask(index, std::move(commands));
            if (!answers) co_return answers.error();
            auto ids = texts_in(answers->front());
            if (ids.empty()) co_return found;
            from = "(" + ids.back();
            const auto rows = co_await read(index, std::move(ids));
            if (!rows) co_return rows.error();
            std::ranges::move(rows_.open_all(*rows), std::back_inserter(found));
        }
    }

    instant shared_now() const { return clock_.now() + offset_.ahead(); }

    void measure(instant sent, const redis_value& time) {
        const auto theirs = instant_in(time);
        if (theirs) offset_.measured(sent, *theirs, clock_.now());
    }

    runtime::io_threads& threads_;
    const std::shared_ptr<const db::redis_target> where_;
    const std::string prefix_;
    const redis_session_scripts scripts_;
    const std::string process_;  ///< random: whose change it was
    const system_clock clock_;
    row_keeper rows_;
    store_outage outage_;
    replica_watch replicas_;
    eviction_watch evictions_;
    clock_offset offset_;
    std::atomic<std::size_t> live_;
    db::redis_pool pool_;
    std::optional<db::redis_subscription> changes_;
};

}  // namespace

std::unique_ptr<session_store> make_redis_session_store(
    runtime::io_threads& threads,
    const std::string& url,
    session_keys keys,
    crypto::random_source& random,
    const refresh_options& options,
    std::shared_ptr<store_health> health,
    std::string& why
) {
    auto target = db::parse_redis_url(url, why);
    if (!target) {
        why = "the URL of Redis " + why;
        return nullptr;
    }
    auto where = std::make_shared<const db::redis_target>(std::move(*target));
    auto checked = check_redis_server(where, why);
    if (!checked) return nullptr;
    return std::make_unique<redis_session_store>(
        threads,
        std::move(where),
        std::move(*checked),
        std::move(keys),
        random,
        options,
        std::move(health)
    );
}

}  // namespace cloche::session
