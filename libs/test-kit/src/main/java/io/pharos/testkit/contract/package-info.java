/// What AWS's operations promise, for any client: a service runs a contract on its API class in process, e2e on the SDK over HTTP.
@NullMarked
package io.pharos.testkit.contract;

import org.jspecify.annotations.NullMarked;
