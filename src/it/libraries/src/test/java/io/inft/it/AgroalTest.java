package io.inft.it;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import java.time.Duration;

class AgroalTest extends PoolContract {
  /** It sets auto-commit again, and that commits, with every driver. */
  @Override
  boolean rollsBack() {
    return false;
  }

  @Override
  Pool open(String url) throws Exception {
    AgroalDataSource source =
        AgroalDataSource.from(
            new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(
                    pool ->
                        pool.maxSize(4)
                            .acquisitionTimeout(Duration.ofSeconds(60))
                            .connectionFactoryConfiguration(factory -> factory.jdbcUrl(url))));
    return new Pool(source, source);
  }
}
