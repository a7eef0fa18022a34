using Microsoft.Extensions.Time.Testing;
using OrleansRegistry.Oci;
using OrleansRegistry.Remotes;

namespace OrleansRegistry.Sync.Tests;

public sealed class TimeOutTests : UpstreamTest
{
    private static readonly Digest Layer = Digest.Sha256([1]);

    private readonly FakeTimeProvider _time = new();
    private readonly HeldAnswer _held = new();

    private RemoteSettings Once => new()
    {
        Name = "remote",
        Url = Registry.Url,
        UpstreamName = "team/app",
        MaxRetries = 0,
    };

    [Fact]
    public async Task Who_never_answers_is_left()
    {
        Registry.On("/v2/team/app/manifests/latest", _held.AnswerAsync);
        var asking = Open(Once, time: _time).GetManifestAsync(Latest);
        await _held.Reached;

        _time.Advance(TimeSpan.FromSeconds(89));
        Assert.False(asking.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        await FailureOf(() => asking, UpstreamFailure.Unreachable, $"{Registry.Host} does not answer in time");
    }

    [Fact]
    public async Task A_small_answer_has_five_minutes()
    {
        Registry.On("/v2/team/app/manifests/latest", _held.AnswerAsync);
        var asking = Open(Once with { SockReadTimeout = 1000 }, time: _time).GetManifestAsync(Latest);
        await _held.Reached;
        _held.Send(1);

        _time.Advance(TimeSpan.FromSeconds(301));
        await FailureOf(() => asking, UpstreamFailure.Unreachable, "does not answer in time");
    }

    [Fact]
    public async Task A_remote_says_how_long_all_of_it_may_take()
    {
        Registry.On($"/v2/team/app/blobs/{Layer}", _held.AnswerAsync);
        _held.Send();
        await using var stream = await Open(Once with { TotalTimeout = 10 }, time: _time).OpenBlobAsync(Layer);
        var reading = stream!.ReadAsync(new byte[1]).AsTask();

        _time.Advance(TimeSpan.FromSeconds(11));
        await Assert.ThrowsAsync<IOException>(() => reading);
    }

    [Fact]
    public async Task A_blob_may_take_long_while_something_comes()
    {
        Registry.On($"/v2/team/app/blobs/{Layer}", _held.AnswerAsync);
        _held.Send();
        await using var stream = await Open(Once, time: _time).OpenBlobAsync(Layer);
        var buffer = new byte[4096];
        for (var i = 0; i < 20; i++)
        {
            var reading = stream!.ReadAtLeastAsync(buffer, 2048).AsTask();
            _time.Advance(TimeSpan.FromSeconds(50));
            _held.Send(new byte[2048]);
            Assert.Equal(2048, await reading);
        }
    }

    [Fact]
    public async Task Who_falls_silent_in_a_blob_is_left()
    {
        Registry.On($"/v2/team/app/blobs/{Layer}", _held.AnswerAsync);
        _held.Send();
        await using var stream = await Open(Once, time: _time).OpenBlobAsync(Layer);
        var reading = stream!.ReadAsync(new byte[1]).AsTask();

        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(reading.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        var exception = await Assert.ThrowsAsync<IOException>(() => reading);
        Assert.Contains("sock_read_timeout", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_byte_now_and_then_does_not_break_the_silence()
    {
        Registry.On($"/v2/team/app/blobs/{Layer}", _held.AnswerAsync);
        _held.Send();
        await using var stream = await Open(Once, time: _time).OpenBlobAsync(Layer);
        var first = stream!.ReadAsync(new byte[1]).AsTask();
        _time.Advance(TimeSpan.FromSeconds(40));
        _held.Send(1);
        Assert.Equal(1, await first);

        var second = stream.ReadAsync(new byte[1]).AsTask();
        _time.Advance(TimeSpan.FromSeconds(21));
        await Assert.ThrowsAsync<IOException>(() => second);
    }

    [Fact]
    public async Task A_reader_may_take_his_time()
    {
        Registry.On($"/v2/team/app/blobs/{Layer}", Answer.Bytes([1, 2], "application/octet-stream"));
        await using var stream = await Open(Once, time: _time).OpenBlobAsync(Layer);
        var buffer = new byte[1];
        await stream!.ReadExactlyAsync(buffer);
        _time.Advance(TimeSpan.FromHours(1));
        await stream.ReadExactlyAsync(buffer);
        Assert.Equal(2, buffer[0]);
    }
}
