namespace OrleansRegistry.Storage;

/// <summary>What was made of texts, for those that were used last.</summary>
internal sealed class RecentTexts<T>(int most) : IDisposable
    where T : IDisposable?
{
    private readonly Dictionary<string, LinkedListNode<(string Text, T Made)>> _known = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Text, T Made)> _byUse = new();

    public T Get(string text, Func<string, T> make)
    {
        if (!_known.TryGetValue(text, out var node))
        {
            node = new((text, make(text)));
            _known.Add(text, node);
            _byUse.AddFirst(node);
            if (_known.Count > most)
                DropOldest();
        }
        else if (node.Previous is not null)
        {
            _byUse.Remove(node);
            _byUse.AddFirst(node);
        }

        return node.Value.Made;
    }

    public void Dispose()
    {
        foreach (var (_, made) in _byUse)
            made?.Dispose();
    }

    private void DropOldest()
    {
        var (text, made) = _byUse.Last!.Value;
        _byUse.RemoveLast();
        _known.Remove(text);
        made?.Dispose();
    }
}
