// Where the gateway under test reaches the played API: a port for each replica that the run starts,
// so that the API knows which of them calls. For the main thread.
#pragma once

#include "http/client_stream.hpp"
#include "http/server.hpp"
#include "runtime/io_threads.hpp"
#include "torture/played_api.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace cloche::torture {

class api_doors {
public:
    /// Both must outlive it. Close it before it goes, once the threads run.
    api_doors(runtime::io_threads& threads, played_api& api) : threads_(threads), api_(api) {}

    /// The first at `listen`, the others at free ports of the same address. Gives the URL of each;
    /// none if they cannot be opened, with the reason in `why`.
    std::vector<std::string> open(const std::string& listen, std::size_t count, std::string& why);
    void close();

private:
    class door final : public http::exchange_handler {
    public:
        door(played_api& api, std::size_t replica) : api_(api), replica_(replica) {}
        runtime::task<void> handle(http::client_stream& stream) override;
        http::reply refuse(error reason) override;

    private:
        played_api& api_;
        std::size_t replica_;
    };

    runtime::io_threads& threads_;
    played_api& api_;
    std::vector<std::unique_ptr<door>> doors_;
    std::vector<std::unique_ptr<http::server>> servers_;
};

}  // namespace cloche::torture
