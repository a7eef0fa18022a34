using System.Net;
using OrleansRegistry.Access;

namespace OrleansRegistry.Management.Tests;

/// <summary>In what order passwords are hashed, and who is slowed down.</summary>
public sealed class FairLineTests
{
    private readonly HandClock _clock = new();

    [Fact]
    public void Addresses_take_turns_and_so_do_the_accounts_of_each()
    {
        var line = new FairLine<string>();
        foreach (var item in new[] { "a x 1", "a x 2", "a x 3", "a y 1", "b x 1", "b x 2", "c z 1" })
            line.Add(item[..1], item[2..3], item);
        Assert.Equal((7, 4, 3), (line.Count, line.CountOf("a"), line.CountOf("a", "x")));
        var taken = new List<string>();
        while (line.TryTake(out var item))
            taken.Add(item);
        Assert.Equal(["a x 1", "b x 1", "c z 1", "a y 1", "b x 2", "a x 2", "a x 3"], taken);
        Assert.Equal((0, 0, 0), (line.Count, line.CountOf("a"), line.CountOf("a", "x")));
    }

    [Fact]
    public async Task A_place_goes_to_the_next_in_line_and_a_crowd_is_refused()
    {
        var gate = new HashingGate(1);
        var first = await gate.EnterAsync(new("a", "x"));
        var crowd = Enumerable.Range(0, 40).Select(_ => gate.EnterAsync(new("a", "x"))).ToList();
        var other = gate.EnterAsync(new("b", "x"));
        Assert.Equal(8, crowd.Count(one => one.IsFaulted));
        first.Dispose();
        (await crowd[0]).Dispose();
        (await other).Dispose();
        Assert.False(crowd.Where(one => !one.IsFaulted).Last().IsCompleted);
    }

    [Fact]
    public void Pauses_grow_with_failures_and_end()
    {
        using var backOff = new BackOff(_clock);
        var source = new HashingSource("a", "x");
        for (var i = 0; i < 10; i++)
        {
            backOff.Require(source);
            backOff.Failed(source);
        }

        Assert.Throws<ProblemException>(() => backOff.Require(source));
        backOff.Require(new("a", "y"));
        backOff.Require(new("b", "x"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        backOff.Require(source);
        backOff.Failed(source);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Throws<ProblemException>(() => backOff.Require(source));
        for (var i = 0; i < 100; i++)
            backOff.Failed(source);
        _clock.Advance(TimeSpan.FromSeconds(60));
        backOff.Require(source);
        backOff.Succeeded(source);
        backOff.Failed(source);
        backOff.Require(source);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    public void An_address_of_the_new_kind_counts_with_its_network(string address, string key) =>
        Assert.Equal(key, HashingSource.AddressOf(IPAddress.Parse(address)));
}
