// The fixture of the engine's tests: a session engine on each of the stores, and what they all ask
// of it.
#pragma once

#include "support/session_engine.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <ostream>
#include <string>
#include <vector>

namespace cloche::session {

inline void PrintTo(access what, std::ostream* out) {
    constexpr const char* names[] = {
        "granted", "unknown", "over", "store_unavailable", "refresh_unavailable"};
    *out << names[static_cast<int>(what)];
}

}  // namespace cloche::session

namespace cloche::test {

using fate = rotating_api::fate;

class engine_fixture : public testing::TestWithParam<store_kind> {
protected:
    using id_hash = session::id_hash;

    session_engine engine_{GetParam()};

    /// Signed in, and the access token is expired.
    id_hash expired_session() {
        const auto id = engine_.sign_in();
        engine_.clock.advance(std::chrono::seconds(301));
        return id;
    }
    session::access what(const id_hash& id) { return engine_.acquire(id).what; }
    std::vector<std::future<session::verdict>> many(const id_hash& id, std::size_t count) {
        std::vector<std::future<session::verdict>> outcomes;
        for (std::size_t index = 0; index < count; ++index)
            outcomes.push_back(
                engine_.begin(engine_.sessions().acquire(id), index % engine_.threads().size())
            );
        return outcomes;
    }
    bool called(int calls) {
        return session_engine::eventually([&] { return engine_.api.calls() >= calls; });
    }
    bool told(std::size_t revocations) {
        return session_engine::eventually([&] {
            return engine_.api.revoked().size() >= revocations;
        });
    }
    bool stored(const id_hash& id, const std::function<bool(const session::record&)>& holds) {
        return session_engine::eventually([&] { return holds(*engine_.stored(id)); });
    }
};

/// For INSTANTIATE_TEST_SUITE_P.
inline auto every_store() {
    return testing::Values(store_kind::memory, store_kind::sqlite);
}
inline std::string name_of_store(const testing::TestParamInfo<store_kind>& one) {
    return one.param == store_kind::memory ? "memory" : "sqlite";
}

}  // namespace cloche::test
