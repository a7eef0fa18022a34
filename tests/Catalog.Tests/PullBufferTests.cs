using System.Net;
using OrleansRegistry.Access;
using OrleansRegistry.Journal;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Catalog.Tests;

/// <summary>Pulls on their way into the journal: alike ones are one entry, and there is an end to how many wait.</summary>
public sealed class PullBufferTests
{
    private static readonly DateTimeOffset Morning = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly Guid _repository = Guid.NewGuid();
    private readonly PullBuffer _buffer = new(2);

    [Fact]
    public void Pulls_of_one_image_by_one_client_on_one_day_are_one_entry()
    {
        Assert.True(_buffer.TryAdd(Pull("image", Morning, "v1")));
        Assert.True(_buffer.TryAdd(Pull("image", Morning.AddHours(2), "v2")));
        Assert.True(_buffer.TryAdd(Pull("image", Morning.AddHours(1), "v3")));
        Assert.True(_buffer.TryAdd(Pull("image", Morning.AddHours(3))));

        var entry = Assert.Single(_buffer.Take(10));
        Assert.Equal(
            (4L, Morning, Morning.AddHours(3), "v2"), (entry.Count, entry.First, entry.Last, entry.Tag.ToString()));
    }

    [Fact]
    public void Another_day_another_address_and_another_user_are_other_entries()
    {
        var buffer = new PullBuffer(10);
        PullEntry[] pulls =
        [
            Pull("image", Morning),
            Pull("other", Morning),
            Pull("image", Morning.AddDays(1)),
            Pull("image", Morning, address: "10.0.0.2"),
            Pull("image", Morning, user: new(Guid.NewGuid(), "alice", Role.Reader)),
            Pull("image", Morning, repository: Guid.NewGuid()),
        ];
        foreach (var pull in pulls)
            Assert.True(buffer.TryAdd(pull));
        Assert.Equal(pulls.Length, buffer.Count);
    }

    [Fact]
    public void The_day_is_that_of_UTC_and_an_address_of_IPv4_is_one_through_any_socket()
    {
        var late = new DateTimeOffset(2026, 3, 1, 23, 0, 0, TimeSpan.FromHours(-5));
        Assert.Equal(new(2026, 3, 2), Pull("image", late).Key.Day);
        Assert.Equal(Pull("image", late).Key, Pull("image", late, address: "::ffff:10.0.0.1").Key);
    }

    [Fact]
    public void A_full_buffer_takes_what_it_has_an_entry_of_and_nothing_else()
    {
        Assert.True(_buffer.TryAdd(Pull("first", Morning)));
        Assert.True(_buffer.TryAdd(Pull("second", Morning)));
        Assert.False(_buffer.TryAdd(Pull("third", Morning)));
        Assert.True(_buffer.TryAdd(Pull("first", Morning)));
        Assert.Equal((2, 3L), (_buffer.Count, _buffer.Pulls));
    }

    [Fact]
    public void What_is_being_written_takes_room_until_it_is_written()
    {
        _buffer.TryAdd(Pull("first", Morning));
        _buffer.TryAdd(Pull("second", Morning));
        var taken = _buffer.Take(1);
        Assert.False(_buffer.TryAdd(Pull("third", Morning)));
        _buffer.Release(taken);
        Assert.True(_buffer.TryAdd(Pull("third", Morning)));
    }

    [Fact]
    public void What_could_not_be_written_is_added_to_what_came_meanwhile()
    {
        _buffer.TryAdd(Pull("image", Morning, "v1"));
        var taken = _buffer.Take(2);
        _buffer.TryAdd(Pull("image", Morning.AddHours(1)));
        _buffer.Return(taken);

        var entry = Assert.Single(_buffer.Take(2));
        Assert.Equal(
            (2L, Morning, Morning.AddHours(1), "v1"), (entry.Count, entry.First, entry.Last, entry.Tag.ToString()));
        Assert.Equal(0, _buffer.Count);
    }

    private PullEntry Pull(
        string image, DateTimeOffset at, string? tag = null, string address = "10.0.0.1", Caller? user = null,
        Guid? repository = null) => PullEntry.Of(
            new(
                Images.DigestOf(image), repository ?? _repository, RepositoryName.Parse("team/app"),
                tag is null ? null : Tag.Parse(tag), user ?? Caller.Anonymous, IPAddress.Parse(address)),
            at);
}
