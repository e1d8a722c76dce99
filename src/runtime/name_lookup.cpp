#include "runtime/name_lookup.hpp"

#include <boost/asio/ip/address.hpp>

namespace cloche::runtime {

std::shared_ptr<name_lookup> name_lookup::begin(
    const io_executor& home, const std::string& host, std::uint16_t port
) {
    const std::shared_ptr<name_lookup> begun(new name_lookup(home));
    error is_name;
    const auto address = asio::ip::make_address(host, is_name);
    if (!is_name) {
        begun->found_.emplace_back(address, port);
        begun->done_.set();
        return begun;
    }
    begun->resolver_.async_resolve(
        host,
        std::to_string(port),
        asio::ip::resolver_base::numeric_service,
        [begun](const error& failed, const tcp::resolver::results_type& results) {
            begun->failure_ = failed;
            if (!failed) begun->found_.assign(results.begin(), results.end());
            begun->done_.set();
        }
    );
    return begun;
}

}  // namespace cloche::runtime
