package io.inft.it;

class LiquibaseTest extends LiquibaseContract {}
