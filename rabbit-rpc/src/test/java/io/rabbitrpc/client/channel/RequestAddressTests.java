package io.rabbitrpc.client.channel;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RequestAddressTests {

	@Test
	void queueIsTheRoutingKeyOfTheDefaultExchangeAlone() {
		assertThat(new RequestAddress("", "quotes").queue()).isEqualTo("quotes");
		assertThat(new RequestAddress("amq.direct", "quotes").queue()).isNull();
	}

}
