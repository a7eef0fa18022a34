namespace OrleansRegistry.Events;

/// <summary>One node's ear: it lives on the node that its key names, and hears that node's stream of events.</summary>
[Alias("node-events")]
public interface INodeEventsGrain : IGrainWithStringKey;
