#include "session/memory_session_store.hpp"

#include "contract/session_store_contract.hpp"

#include <memory>

namespace cloche::test {
namespace {

class memory_variant {
public:
    session::session_store& store() { return *store_; }
    bool reopen() { return false; }

private:
    std::unique_ptr<session::session_store> store_ =
        session::make_memory_session_store(session::refresh_options());
};

INSTANTIATE_TYPED_TEST_SUITE_P(memory, session_store_contract, memory_variant);

}  // namespace
}  // namespace cloche::test
