// The public keys.
#include "identity/handlers.hpp"

namespace cloche::identity {

task<http::reply> handle_jwks(request_context& rq) {
    http::reply answer(200, "application/jwk-set+json", rq.with.tokens.jwks());
    answer.with("Cache-Control", "public, max-age=300");
    co_return answer;
}

}  // namespace cloche::identity
