namespace OrleansRegistry.Events;

/// <summary>Where whoever committed something says so.</summary>
public interface IEventPublisher
{
    /// <summary>
    /// Tells every node. Returns at once and never fails; to be called after the commit, never before or within.
    /// </summary>
    void Publish(RegistryEvent happened);
}

/// <summary>Where this node hears what was committed on any node.</summary>
public interface IEventSource
{
    /// <summary>Listens from now on, until the feed is disposed of.</summary>
    /// <param name="wanted">Which events; asked for each, so it must be quick.</param>
    /// <param name="most">How many may wait to be read. Then the oldest make room.</param>
    EventFeed Listen(Func<RegistryEvent, bool> wanted, int most);
}
