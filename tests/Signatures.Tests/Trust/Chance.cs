namespace OrleansRegistry.Signatures.Tests.Trust;

/// <summary>Choices that a number makes: the same number makes the same.</summary>
internal sealed class Chance(int number)
{
    private readonly Random _random = new(number);

    public bool In(int hundred) => _random.Next(100) < hundred;

    public int Below(int end) => _random.Next(end);

    public T Of<T>(params IReadOnlyList<T> all) => all[_random.Next(all.Count)];

    public IEnumerable<T> Some<T>(int least, int most, Func<T> make)
    {
        for (var left = _random.Next(least, most + 1); left > 0; left--)
            yield return make();
    }
}
