/// What holds for more than one module: AWS's operations for any client (a service runs a contract on its API class in process,
/// e2e on the SDK over HTTP), and how services are built.
@NullMarked
package io.pharos.testkit.contract;

import org.jspecify.annotations.NullMarked;
