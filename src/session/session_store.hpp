// Where session records are kept. One contract suite (test/contract/session_store_contract.hpp)
// holds for every variant.
//
// Any thread; calls complete on the caller's executor. Every call can fail with
// errc::store_unavailable.
#pragma once

#include "runtime/task.hpp"
#include "session/errc.hpp"
#include "session/record.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::session {

using change_listener = std::function<void(const id_hash& id)>;

class session_store {
public:
    virtual ~session_store() = default;

    /// Keeps a new record with version 1. Errors: exists.
    virtual runtime::task<result<void>> create(record fresh) = 0;

    /// The record, with `last_used` as far as it is known here; a null pointer if there is none.
    /// Errors: unreadable_record, key_missing.
    virtual runtime::task<result<record_ptr>> load(id_hash id) = 0;

    /// Replaces the record if its version is still `next.version`; the new one has the next
    /// version, and is given back. `last_used` is never lowered by it. Errors: conflict (also when
    /// the record is gone).
    virtual runtime::task<result<record_ptr>> compare_and_swap(record next) = 0;

    /// Raises `last_used`. Written behind; never fails, and does nothing to an ended session
    /// (SE-8).
    virtual void touch(const id_hash& id, instant when) = 0;

    /// Records that need something done without a request (session/schedule.hpp), the longest
    /// overdue first: flights whose lease is past, retries of an unknown outcome that are due,
    /// revocations the API has not been told of, sessions past their time that have not been ended.
    /// Unreadable records are passed over.
    virtual runtime::task<result<std::vector<record_ptr>>> due(instant now, std::size_t limit) = 0;

    /// Every record with a flight: what a process that is alone finds at its start are orphans.
    virtual runtime::task<result<std::vector<record_ptr>>> in_flight() = 0;

    /// Every suspended session: revived when the breaker opens.
    virtual runtime::task<result<std::vector<record_ptr>>> suspended() = 0;

    /// The sessions of one person that have not ended, newest first. Errors: key_missing, rather
    /// than a list that lacks some.
    virtual runtime::task<result<std::vector<record_ptr>>> list_by_subject(std::string subject) = 0;

    /// Removes tombstones whose time is past, and what else nobody has ended or told the API of
    /// within a good while (session/schedule.hpp). Gives how many.
    virtual runtime::task<result<std::size_t>> purge(instant now) = 0;

    /// Sessions that are live, for the gauge; may be a moment old.
    virtual std::size_t live_count() const = 0;

    /// Has `heard` called, on any thread, for each record that another process has changed, soon
    /// after. Best effort: what must not be missed is read again. Before the first request.
    virtual void on_change(change_listener heard) { static_cast<void>(heard); }

    /// How far the store's clock is ahead of this machine's, as last seen. Processes that share
    /// records compare times by the store's.
    virtual milliseconds clock_ahead() const { return milliseconds(0); }

    /// Writes what is written behind. Before the process ends.
    virtual runtime::task<result<void>> flush() = 0;
};

}  // namespace cloche::session
