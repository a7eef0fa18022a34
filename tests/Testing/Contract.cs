namespace OrleansRegistry.Testing;

/// <summary>What others rely on, committed in docs/contracts, so that a change of it shows in the diff.</summary>
public static class Contract
{
    private static readonly bool Renews = Environment.GetEnvironmentVariable("REGISTRY_TEST_RENEW") == "true";

    /// <summary>Fails where the file no longer says what the program does; <c>./check --renew</c> writes it instead.</summary>
    public static void Compare(string file, IEnumerable<string> lines)
    {
        var path = Path.Combine(Checkout.Root, "docs/contracts", file);
        string[] now = [.. lines.SelectMany(line => line.ReplaceLineEndings("\n").Split('\n'))];
        if (Renews)
        {
            File.WriteAllText(path, string.Join('\n', now) + "\n");
            return;
        }

        string[] committed = File.Exists(path) ? File.ReadAllLines(path) : [];
        if (committed.SequenceEqual(now))
            return;
        var first = committed.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.Fail(
            $"docs/contracts/{file} says something else, first in line {first + 1}:\n"
            + $"- {committed.ElementAtOrDefault(first)}\n+ {now.ElementAtOrDefault(first)}\n"
            + "If that is meant, run ./check --renew and commit what it writes.");
    }
}
