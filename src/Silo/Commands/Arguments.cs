using OrleansRegistry.Hosting;

namespace OrleansRegistry.Commands;

/// <summary>The arguments of a command: options with a value, options without one, and the rest.</summary>
internal sealed class Arguments
{
    private readonly List<(string Name, string Value)> _values = [];
    private readonly HashSet<string> _flags = [];

    public List<string> Rest { get; } = [];

    /// <exception cref="SettingException">An option is unknown, or lacks its value.</exception>
    public static Arguments Parse(string[] arguments, string[] withValue, string[] flags, string usage)
    {
        var parsed = new Arguments();
        for (var place = 0; place < arguments.Length; place++)
            if (arguments[place] is "--help")
                throw new SettingException(usage);
            else if (!arguments[place].StartsWith("--", StringComparison.Ordinal))
                parsed.Rest.Add(arguments[place]);
            else if (flags.Contains(arguments[place]))
                parsed._flags.Add(arguments[place]);
            else if (withValue.Contains(arguments[place]) && place + 1 < arguments.Length)
                parsed._values.Add((arguments[place], arguments[++place]));
            else
                throw new SettingException($"What is '{arguments[place]}' to mean?\n{usage}");
        return parsed;
    }

    public string? Find(string option) => _values.FindLast(one => one.Name == option).Value;

    public IReadOnlyList<string> All(string option) => [.. _values.Where(one => one.Name == option).Select(one => one.Value)];

    public bool Has(string flag) => _flags.Contains(flag);
}
