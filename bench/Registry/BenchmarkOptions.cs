using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace OrleansRegistry.Bench;

/// <summary>What was asked for on the command line. Every size and duration has an upper bound.</summary>
internal sealed class BenchmarkOptions
{
    public const string Usage =
        """
        Measures this registry and a peer, the Debian package docker-registry, on the same work in turns.

        dotnet run -c Release --project bench/Registry -- [options] [-- options of our server]

          --only NAME        this scenario; may be repeated. --list names them
          --rounds N         turns per side, 1 to 20; the median counts (3)
          --seconds N        length of one turn under load, 1 to 60 (5)
          --layer-mib N      size of the layer pushed by the memory scenario, 16 to 5120 (1024)
          --postgres CONN    also measure cluster mode; each run makes a database of its own there, and drops it
          --server FILE      our executable, instead of building src/Silo
          --ours URL         our registry, already running on a loopback address
          --peer FILE        the peer's executable (/usr/bin/docker-registry)
          --beside SETTING   our registry with that setting besides, in the peer's place: --beside Journal:Days=0
          --calibrate        the peer on both sides: any ratio but 1 is noise
          --no-wrk           never use wrk, even where it is installed
          --list             name the scenarios

        """;

    public IReadOnlySet<string> Only => _only;
    public int Rounds { get; private set; } = 3;
    public TimeSpan Turn { get; private set; } = TimeSpan.FromSeconds(5);
    public long LayerBytes { get; private set; } = 1024L << 20;
    public string? Postgres { get; private set; }
    public string? Server { get; private set; }
    public IPEndPoint? Ours { get; private set; }
    public string Peer { get; private set; } = "/usr/bin/docker-registry";
    public string? Beside { get; private set; }
    public bool Calibrate { get; private set; }
    public bool UseWrk { get; private set; } = true;
    public bool List { get; private set; }
    public bool Help { get; private set; }

    /// <summary>Passed to our server as they are: what follows <c>--</c>.</summary>
    public IReadOnlyList<string> ServerArguments { get; private set; } = [];

    private readonly HashSet<string> _only = [];

    public static bool TryParse(
        string[] arguments, out BenchmarkOptions options, [NotNullWhen(false)] out string? refusal)
    {
        options = new BenchmarkOptions();
        var rest = new Queue<string>(arguments);
        while (rest.TryDequeue(out var name))
        {
            if (name == "--")
            {
                options.ServerArguments = [.. rest];
                break;
            }

            if (options.TryFlag(name))
                continue;
            if (!rest.TryDequeue(out var value))
            {
                refusal = $"{name}: not an option, or its value is missing.";
                return false;
            }

            if (!options.TryValue(name, value))
            {
                refusal = $"{name} {value}: not an option, or not a value it takes.";
                return false;
            }
        }

        refusal = null;
        return true;
    }

    private bool TryFlag(string name)
    {
        switch (name)
        {
            case "--calibrate": return Calibrate = true;
            case "--list": return List = true;
            case "--help" or "-h": return Help = true;
            case "--no-wrk":
                UseWrk = false;
                return true;
            default: return false;
        }
    }

    private bool TryValue(string name, string value)
    {
        switch (name)
        {
            case "--only":
                _only.UnionWith(value.Split(',', StringSplitOptions.RemoveEmptyEntries));
                return true;
            case "--rounds" when TryNumber(value, 1, 20, out var rounds):
                Rounds = rounds;
                return true;
            case "--seconds" when TryNumber(value, 1, 60, out var seconds):
                Turn = TimeSpan.FromSeconds(seconds);
                return true;
            case "--layer-mib" when TryNumber(value, 16, 5120, out var mebibytes):
                LayerBytes = (long)mebibytes << 20;
                return true;
            case "--postgres":
                Postgres = value;
                return true;
            case "--server":
                Server = Path.GetFullPath(value);
                return true;
            case "--beside" when value.Contains('='):
                Beside = value;
                return true;
            case "--peer":
                Peer = Path.GetFullPath(value);
                return true;
            case "--ours" when TryLoopback(value, out var endpoint):
                Ours = endpoint;
                return true;
            default: return false;
        }
    }

    private static bool TryNumber(string text, int least, int most, out int number) =>
        int.TryParse(text, out number) && number >= least && number <= most;

    // Loopback only: this program is a load generator, and must not be aimed at anybody else's registry.
    private static bool TryLoopback(string text, [NotNullWhen(true)] out IPEndPoint? endpoint)
    {
        endpoint = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != "http" || !url.IsLoopback)
            return false;
        var address = IPAddress.TryParse(url.DnsSafeHost, out var parsed) ? parsed : IPAddress.Loopback;
        endpoint = new IPEndPoint(address, url.Port);
        return true;
    }
}
