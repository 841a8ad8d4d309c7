package dev.simurgh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The microbenchmarks do what they say. How fast is another matter. */
class MicrobenchmarksTest {
    @Test
    void framesAreTakenApart() {
        SerializerBenchmark benchmark = new SerializerBenchmark();

        assertThat(benchmark.decodeV1().event()).isEqualTo("shout");
        assertThat(benchmark.decodeV2().topic()).isEqualTo("room:lobby");
        assertThat(benchmark.decodeV2Binary().event()).isEqualTo("shout");
        assertThat(benchmark.decodeV2Binary().topic()).isEqualTo("room:lobby");
    }

    @Test
    void framesArePutTogether() {
        SerializerBenchmark benchmark = new SerializerBenchmark();

        assertThat(benchmark.replyV1().toString()).contains("\"phx_reply\"");
        assertThat(benchmark.replyV2().toString()).startsWith("[\"1\",\"12\",\"room:lobby\",\"phx_reply\",");
        assertThat(benchmark.pushV2().toString()).startsWith("[\"1\",null,\"room:lobby\",\"shout\",");
        assertThat(benchmark.broadcastV1().toString()).contains("\"shout\"");
        assertThat(benchmark.broadcastV2().toString()).startsWith("[null,null,\"room:lobby\",\"shout\",");
        assertThat(benchmark.broadcastV2Binary().binary()).isTrue();
    }

    @Test
    void recordsAreDecodedAndEncoded() {
        CodecBenchmark benchmark = new CodecBenchmark();

        assertThat(benchmark.decodeRecord()).isInstanceOf(CodecBenchmark.Shout.class);
        assertThat(benchmark.encodeRecord()).hasSizeGreaterThan(70);
    }

    @Test
    void pushesAreReplied() {
        DispatchBenchmark benchmark = new DispatchBenchmark();

        assertThat(benchmark.echoRaw().toString()).contains("\"status\":\"ok\"").contains("\"seq\":4711");
        assertThat(benchmark.echoRecord().toString())
                .contains("\"status\":\"ok\"")
                .contains("\"seq\":4711");
        assertThat(benchmark.heartbeat().toString()).contains("\"phoenix\"").contains("\"status\":\"ok\"");
    }

    @Test
    void broadcastsReachAll() {
        FanOutBenchmark benchmark = new FanOutBenchmark();
        benchmark.subscribers = 3;
        benchmark.othersKept = true;
        benchmark.join();

        long before = benchmark.broadcast();
        assertThat(benchmark.broadcast()).isEqualTo(before + 1);
    }

    @Test
    void metersCount() {
        MeterBenchmark benchmark = new MeterBenchmark();
        benchmark.meters = true;
        benchmark.join();

        assertThat(benchmark.handled().toString()).contains("phx_reply");
        assertThat(benchmark.echo().toString()).contains("\"seq\":4711");
        long before = benchmark.broadcast();
        assertThat(benchmark.broadcast()).isEqualTo(before + 1);
    }
}
