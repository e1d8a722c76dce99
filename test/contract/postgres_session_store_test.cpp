#include "session/postgres_session_store.hpp"

#include "contract/session_store_contract.hpp"
#include "crypto/random.hpp"
#include "runtime/io_threads.hpp"
#include "support/postgres_server.hpp"

#include <memory>
#include <stdexcept>
#include <string>

namespace cloche::test {
namespace {

class postgres_variant {
public:
    postgres_variant() {
        threads_.start();
        reopen();
    }
    session::session_store& store() { return *store_; }
    bool reopen() {
        store_.reset();
        std::string why;
        store_ = session::make_postgres_session_store(
            threads_, url_, keys_, random_, session::refresh_options(), why
        );
        if (!store_) throw std::runtime_error(why);
        return true;
    }

private:
    const std::string url_ = postgres_server::instance().new_schema();
    crypto::system_random random_;
    crypto::key_ring keys_{{crypto::key_ring::key("key00001", std::string(32, 'k'))}};
    runtime::io_threads threads_{2};
    std::unique_ptr<session::session_store> store_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(postgres, session_store_contract, postgres_variant);

}  // namespace
}  // namespace cloche::test
