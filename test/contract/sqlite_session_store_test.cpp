#include "session/sqlite_session_store.hpp"

#include "contract/session_store_contract.hpp"
#include "crypto/random.hpp"
#include "support/temporary_folder.hpp"

#include <memory>
#include <stdexcept>
#include <string>

namespace cloche::test {
namespace {

class sqlite_variant {
public:
    sqlite_variant() { reopen(); }
    session::session_store& store() { return *store_; }
    bool reopen() {
        store_.reset();
        auto opened = session::make_sqlite_session_store(
            folder_.file("sessions.db"), keys_, random_, session::refresh_options()
        );
        if (!opened) throw std::runtime_error(opened.error().message());
        store_ = std::move(*opened);
        return true;
    }

private:
    temporary_folder folder_;
    crypto::system_random random_;
    crypto::key_ring keys_{{crypto::key_ring::key("key00001", std::string(32, 'k'))}};
    std::unique_ptr<session::session_store> store_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(sqlite, session_store_contract, sqlite_variant);

}  // namespace
}  // namespace cloche::test
