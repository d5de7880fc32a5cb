package io.inft.it;

import io.inft.it.spring.MonitoringContract;

class MonitoringTest extends MonitoringContract {}
