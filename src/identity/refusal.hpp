// Why something that a client asked for was not done, with what the answer has to say about it.
// reply.hpp holds the one map from here to statuses.
#pragma once

#include "identity/account_forms.hpp"
#include "identity/errc.hpp"

#include <optional>
#include <utility>
#include <variant>

namespace cloche::identity {

struct refusal {
    error reason;                        ///< an errc of ours, of `db`, `runtime` or `http`
    std::optional<seconds> retry_after;  ///< when it makes sense to try again
    violations found;                    ///< with errc::invalid_form

    explicit refusal(error why) : reason(why) {}
    explicit refusal(errc why) : reason(make_error_code(why)) {}
    explicit refusal(violations what)
        : reason(make_error_code(errc::invalid_form)), found(std::move(what)) {}
    static refusal too_often(seconds wait) {
        refusal made(errc::throttled);
        made.retry_after = wait;
        return made;
    }
};

template <class Value>
using outcome = std::variant<Value, refusal>;

}  // namespace cloche::identity
