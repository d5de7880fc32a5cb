package io.inft.it;

import io.inft.it.spring.SpringContract;

class SpringBootTest extends SpringContract {}
