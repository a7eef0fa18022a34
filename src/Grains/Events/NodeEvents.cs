using System.Collections.Immutable;

namespace OrleansRegistry.Events;

/// <summary>Who listens on this node.</summary>
public sealed class NodeEvents : IEventSource
{
    private ImmutableList<EventFeed> _feeds = [];

    /// <summary>How many listen.</summary>
    public int Listeners => _feeds.Count;

    public EventFeed Listen(Func<RegistryEvent, bool> wanted, int most)
    {
        var feed = new EventFeed(
            wanted, most, left => ImmutableInterlocked.Update(ref _feeds, (feeds, gone) => feeds.Remove(gone), left));
        ImmutableInterlocked.Update(ref _feeds, (feeds, added) => feeds.Add(added), feed);
        return feed;
    }

    internal void Hear(RegistryEvent happened)
    {
        foreach (var feed in _feeds)
            feed.Hear(happened);
    }
}
