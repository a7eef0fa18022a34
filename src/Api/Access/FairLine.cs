using System.Diagnostics.CodeAnalysis;

namespace OrleansRegistry.Access;

/// <summary>
/// A line in which addresses take turns, and the accounts within each: a crowd from one address, or at one account, waits
/// behind itself, and not before others.
/// </summary>
internal sealed class FairLine<T>
{
    private readonly Dictionary<string, Address> _addresses = [];
    private readonly Queue<Address> _turns = new();

    public int Count { get; private set; }

    public int CountOf(string address) => _addresses.GetValueOrDefault(address)?.Count ?? 0;

    public int CountOf(string address, string account) =>
        _addresses.GetValueOrDefault(address)?.Accounts.GetValueOrDefault(account)?.Count ?? 0;

    public void Add(string address, string account, T item)
    {
        if (!_addresses.TryGetValue(address, out var known))
        {
            _addresses[address] = known = new(address);
            _turns.Enqueue(known);
        }

        known.Add(account, item);
        Count++;
    }

    /// <summary>Whose turn it is; false where nobody waits.</summary>
    public bool TryTake([MaybeNullWhen(false)] out T item)
    {
        if (!_turns.TryDequeue(out var address))
        {
            item = default;
            return false;
        }

        item = address.Take();
        Count--;
        if (address.Count > 0)
            _turns.Enqueue(address);
        else
            _addresses.Remove(address.Name);
        return true;
    }

    private sealed class Address(string name)
    {
        private readonly Queue<string> _turns = new();

        public string Name => name;

        public Dictionary<string, Queue<T>> Accounts { get; } = [];

        public int Count { get; private set; }

        public void Add(string account, T item)
        {
            if (!Accounts.TryGetValue(account, out var known))
            {
                Accounts[account] = known = new();
                _turns.Enqueue(account);
            }

            known.Enqueue(item);
            Count++;
        }

        public T Take()
        {
            var account = _turns.Dequeue();
            var waiting = Accounts[account];
            var item = waiting.Dequeue();
            Count--;
            if (waiting.Count > 0)
                _turns.Enqueue(account);
            else
                Accounts.Remove(account);
            return item;
        }
    }
}
