package dev.simurgh.journal.jdbc;

import dev.simurgh.journal.StoreSuite;
import dev.simurgh.journal.spi.Store;

class PostgresSuiteTest extends StoreSuite {
    @Override
    protected Store open() {
        return Postgreses.store("suite").open();
    }

    @Override
    protected boolean isDurable() {
        return true;
    }
}
